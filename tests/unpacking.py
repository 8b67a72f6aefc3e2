"""All that is packed in a file: documents, workbooks, pages with pictures, PDFs, layers."""

import base64
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pdf_words import inflated, streams, words


def unpacked(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and of all that is packed in it; of a PDF also its words, of a layer also its spots."""
    data = path.read_bytes()
    yield data
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for item in packed.infolist():
                yield item.filename.encode() + item.comment + item.extra
                yield from unpacked_picture(packed.read(item))
    yield from unpacked_picture(data)
    if path.suffix == ".pdf":
        yield from streams(data)
        yield words(data).encode()
    if path.suffix == ".html":
        for found in re.finditer(rb"base64,([A-Za-z0-9+/=]+)", data):
            yield from unpacked_picture(base64.b64decode(found[1]))
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(path)) as file:
            yield "\n".join(file.iterdump()).encode()


def unpacked_picture(data: bytes) -> Iterator[bytes]:
    """Data, and of a PNG the words that it may hold packed."""
    yield data
    if data.startswith(b"\x89PNG"):
        for kind, body in chunks(data):
            if kind in {b"zTXt", b"iTXt", b"iCCP", b"eXIf"}:
                for start in range(len(body)):
                    yield inflated(body[start:]) if body[start : start + 1] == b"\x78" else b""


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12

"""The words of a PDF as matplotlib writes it: unpacked, put together from pieces, and read by the fonts' own tables."""

import re
import zlib
from collections.abc import Iterator

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", flags=re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", flags=re.DOTALL)
FONT = re.compile(rb"/(F[\w.-]*) (\d+) 0 R")
NEXT = re.compile(rb"/(F[\w.-]*) [\d.]+ Tf|\(((?:[^()\\]|\\.)*)\)", flags=re.DOTALL)
ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(.))", flags=re.DOTALL)
RANGE = re.compile(rb"<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]")
MEANT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

Letters = dict[int, str]


def streams(pdf: bytes) -> Iterator[bytes]:
    """All that is packed in a PDF."""
    for found in STREAM.finditer(pdf):
        yield inflated(found[1])


def inflated(data: bytes) -> bytes:
    """Packed data unpacked; other data as it is."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data


def words(pdf: bytes) -> str:
    """All that a PDF writes, in its order, without anything between the pieces."""
    fonts, said = _fonts(pdf), []
    for stream in streams(pdf):
        letters: Letters | None = None
        for found in NEXT.finditer(stream) if b" Tf" in stream else ():
            if found[1]:
                letters = fonts.get(found[1])
                continue
            raw = ESCAPED.sub(_meant, found[2])
            codes = [int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)] if letters else list(raw)
            said += [letters.get(code, "?") if letters else chr(code) for code in codes]
    return "".join(said)


def _meant(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if found[1] else MEANT.get(found[2], found[2])


def _fonts(pdf: bytes) -> dict[bytes, Letters]:
    """Which letter does each code of a font mean? Fonts without such a table are left out: their codes are letters."""
    objects = {int(found[1]): found[2] for found in OBJECT.finditer(pdf)}
    tables = {}
    for body in objects.values():
        for name, number in FONT.findall(body):
            told = re.search(rb"/ToUnicode (\d+) 0 R", objects.get(int(number), b""))
            if told:
                tables[name] = _letters(b"".join(streams(objects[int(told[1])] + b"endobj")))
    return tables


def _letters(table: bytes) -> Letters:
    letters: Letters = {}
    for first, meant in RANGE.findall(table):
        for number, code in enumerate(re.findall(rb"<([0-9a-f]+)>", meant)):
            letters[int(first, 16) + number] = bytes.fromhex(code.decode()).decode("utf-16-be")
    return letters

"""An Overpass and Nominatim service on this machine, for tests: answers OSMnx' real queries from a real extract.

It can misbehave on demand. Nothing but 127.0.0.1 is ever listened on.
"""

import json
import re
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import numpy as np
import osmium
import shapely

DATA_TIME = "2026-11-20T06:00:00Z"
Element = dict[str, Any]
Key = tuple[str, int]


@dataclass(eq=False)
class Extract:
    """What a real server has in its database: all elements of a file, by kind and number."""

    elements: dict[Key, Element] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Extract":
        found = cls()
        for each in cast("Iterator[Any]", osmium.FileProcessor(str(path))):
            element: Element = {"type": each.type_str(), "id": each.id}
            if each.is_node():
                element |= {"type": "node", "lat": round(each.lat, 7), "lon": round(each.lon, 7)}
            elif each.is_way():
                element |= {"type": "way", "nodes": [node.ref for node in each.nodes]}
            else:
                kinds = {"n": "node", "w": "way", "r": "relation"}
                members = [{"type": kinds[m.type], "ref": m.ref, "role": m.role} for m in each.members]
                element |= {"type": "relation", "members": members}
            if tags := dict(each.tags):
                element["tags"] = tags
            found.elements[element["type"], each.id] = element
        return found

    def of_kind(self, kind: str) -> Iterator[Element]:
        return (element for (each, _), element in self.elements.items() if each == kind)

    @cached_property
    def shapes(self) -> tuple[list[Key], shapely.STRtree]:
        """Nodes as points, ways as lines over the nodes that are there."""
        keys: list[Key] = []
        shapes: list[shapely.Geometry] = []
        for node in self.of_kind("node"):
            keys.append(("node", node["id"]))
            shapes.append(shapely.Point(node["lon"], node["lat"]))
        for way in self.of_kind("way"):
            spots = [self.elements["node", ref] for ref in way["nodes"] if ("node", ref) in self.elements]
            if len(spots) > 1:
                keys.append(("way", way["id"]))
                shapes.append(shapely.LineString([(spot["lon"], spot["lat"]) for spot in spots]))
        return keys, shapely.STRtree(shapes)

    @cached_property
    def tagged(self) -> dict[tuple[str, str], list[Key]]:
        """Elements by kind and tag key."""
        found: dict[tuple[str, str], list[Key]] = {}
        for key, element in self.elements.items():
            for tag in element.get("tags", ()):
                found.setdefault((key[0], tag), []).append(key)
        return found

    def inside(self, polygon: shapely.Polygon) -> set[Key]:
        """Nodes in a polygon, ways that have a part in it, relations with such a member."""
        keys, tree = self.shapes
        here = {keys[row] for row in tree.query(polygon, predicate="intersects")}
        around = {
            ("relation", relation["id"])
            for relation in self.of_kind("relation")
            if any((member["type"], member["ref"]) in here for member in relation["members"])
        }
        return here | around

    def down(self, keys: set[Key]) -> set[Key]:
        """Members of relations (not theirs), and nodes of ways: Overpass' ``>``."""
        found: set[Key] = set()
        for key in keys:
            if key[0] == "relation":
                members = {(m["type"], m["ref"]) for m in self.elements[key]["members"] if m["type"] != "relation"}
                found |= members & self.elements.keys()
        for key in {key for key in keys | found if key[0] == "way"}:
            found |= {("node", ref) for ref in self.elements[key]["nodes"]} & self.elements.keys()
        return found

    def answer(self, query: str) -> dict[str, Any]:
        """What Overpass answers to a query of OSMnx; a query of any other form is refused."""
        head, _, rest = query.partition(";")
        assert re.fullmatch(r"\[out:json\]\[timeout:\d+\]", head), head
        statements = _statements(rest)
        found: set[Key] = set()
        where: dict[str, set[Key]] = {}
        for kind, key, value, polygon in statements:
            if polygon not in where:
                where[polygon] = self.inside(_polygon(polygon))
            here = where[polygon]
            tagged = self.tagged.get((kind, key), ())
            hits = {each for each in tagged if each in here and value in (None, self.elements[each]["tags"][key])}
            found |= hits | self.down(hits)
        elements = [self.elements[key] for key in sorted(found)]
        stamp = {"timestamp_osm_base": DATA_TIME, "copyright": "ODbL"}
        return {"version": 0.6, "generator": "Overpass API", "osm3s": stamp, "elements": elements}


def _statements(text: str) -> list[tuple[str, str, str | None, str]]:
    """Kind, key, value (None for any) and polygon of each statement of a network or a features query."""
    network = re.fullmatch(r"""\(way\["(\w+)"\]\(poly:'([^']*)'\);>;\);out;""", text)
    if network:
        return [("way", network[1], None, network[2])]
    body = re.fullmatch(r"\((.*)\);out;", text)
    assert body, text[:100]
    one = r"""\((node|way|relation)\['([^']+)'(?:='([^']*)')?\]\(poly:'([^']*)'\);\(\._;>;\);\);"""
    assert re.fullmatch(f"(?:{one})+", body[1]), text[:100]
    return [(m[1], m[2], m[3], m[4]) for m in re.finditer(one, body[1])]


def _polygon(text: str) -> shapely.Polygon:
    flat = np.array(text.split(), float).reshape(-1, 2)
    return shapely.Polygon(flat[:, ::-1])


Misdeed = Callable[["Request"], None]


@dataclass
class Service:
    """A server in a thread. `misdeed` answers in place of the extract while it is set."""

    extract: Extract | None
    misdeed: Misdeed | None = None
    addresses: dict[str, tuple[float, float]] = field(default_factory=dict)
    queries: list[str] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    cached: dict[str, bytes] = field(default_factory=dict)
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/api"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def body(self, query: str) -> bytes:
        """The right answer."""
        if query not in self.cached:
            assert self.extract is not None
            self.cached[query] = json.dumps(self.extract.answer(query)).encode()
        return self.cached[query]

    def reset(self, misdeed: Misdeed | None = None) -> "Service":
        self.misdeed = misdeed
        self.queries.clear()
        self.requests.clear()
        return self


class Request(BaseHTTPRequestHandler):
    """One question to the service."""

    server: "_Server"
    query = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.query = parse_qs(body)["data"][0]
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        service = self.server.service
        service.requests.append((self.path, dict(self.headers)))
        if self.query:
            service.queries.append(self.query)
        try:
            if service.misdeed is not None:
                service.misdeed(self)
            elif self.query:
                self.send(200, service.body(self.query))
            elif "/search" in self.path:
                self.send(200, self._search())
            else:
                self.send(404, b"there is no such page", kind="text/plain")
        except OSError:
            pass  # whoever asked has gone

    def _search(self) -> bytes:
        wanted = parse_qs(urlsplit(self.path).query)["q"][0]
        spot = self.server.service.addresses.get(wanted)
        return json.dumps([] if spot is None else [{"lat": str(spot[1]), "lon": str(spot[0])}]).encode()

    def send(self, code: int, body: bytes = b"", *, kind: str = "application/json", **headers: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self) -> None:
        """The head of an answer whose length is not told."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()

    def wait(self, seconds: float) -> bool:
        """Wait, unless the service is to stop."""
        return not self.server.service.stopping.wait(seconds)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, service: Service) -> None:
        self.service = service
        super().__init__(("127.0.0.1", 0), Request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # such as a handshake that the other side broke off


@contextmanager
def serving(extract: Extract | None, *, certificate: Path | None = None) -> Iterator[Service]:
    """A service as long as the context lasts; with TLS where a certificate (and key, in one file) is given."""
    service = Service(extract)
    server = _Server(service)
    service.port = server.server_address[1]
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        service.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def self_signed(folder: Path) -> Path:
    """A certificate that nobody vouches for, with its key in the same file."""
    path = folder / "self-signed.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    made = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", str(folder / "only.pem")]
    subprocess.run(["openssl", *words, *made], check=True, capture_output=True)  # noqa: S603, S607
    path.write_bytes(path.read_bytes() + (folder / "only.pem").read_bytes())
    return path


def status(code: int, **headers: str) -> Misdeed:
    """Answer with a status and a page for people."""
    return lambda request: request.send(code, b"<html><body>Error</body></html>", kind="text/html", **headers)


def remark(request: Request) -> None:
    """Give up half-way, as Overpass does: status 200, some elements, and a remark."""
    said = 'runtime error: Query timed out in "query" at line 1 after 181 seconds.'
    elements = [{"type": "node", "id": 1, "lat": 60.0, "lon": 24.0}]
    request.send(200, json.dumps({"version": 0.6, "elements": elements, "remark": said}).encode())


def html(request: Request) -> None:
    """Answer with a login page."""
    request.send(200, b"<!DOCTYPE html><html><body>Log in</body></html>", kind="text/html")


def truncated(request: Request) -> None:
    """Answer with half of the right answer, as if that were all."""
    body = request.server.service.body(request.query)
    request.send(200, body[: len(body) // 2])


def dropped(request: Request) -> None:
    """Promise the whole answer, and hang up in the middle."""
    body = request.server.service.body(request.query)
    request.send_response(200)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body[: len(body) // 2])
    request.close_connection = True


def trickle(request: Request) -> None:
    """Send one byte a second."""
    request.begin()
    for byte in b'{"version": 0.6, "elements": [' + b" " * 10_000:
        request.wfile.write(bytes([byte]))
        if not request.wait(1.0):
            return


def slow_head(request: Request) -> None:
    """Send one header a second, and never the last."""
    for line in range(10_000):
        request.wfile.write(b"HTTP/1.0 200 OK\r\n" if line == 0 else b"X-Line: %d\r\n" % line)
        if not request.wait(1.0):
            return


def silence(request: Request) -> None:
    """Say nothing at all."""
    request.wait(1000.0)


def endless(request: Request) -> None:
    """Send a body without end, as fast as it goes."""
    request.begin()
    request.wfile.write(b'{"version": 0.6, "elements": [')
    while not request.server.service.stopping.is_set():
        request.wfile.write(b'{"type": "node", "id": 1, "lat": 60.0, "lon": 24.0},' * 1000)


def empty(request: Request) -> None:
    """Answer that nothing is there."""
    request.send(200, json.dumps({"version": 0.6, "elements": []}).encode())


def other_json(request: Request) -> None:
    """Answer with JSON that is no map."""
    request.send(200, b'{"message": "hello"}')


def odd_elements(request: Request) -> None:
    """Answer with elements that lack what OpenStreetMap's have."""
    elements = [{"type": "way", "id": 1, "tags": {"highway": "path"}}, {"type": "star", "id": 2}]
    request.send(200, json.dumps({"version": 0.6, "elements": elements}).encode())


def redirect(request: Request) -> None:
    """Send whoever asks to a host that was not listed."""
    request.send(302, Location="http://127.0.0.9:9/api/interpreter")


def statusless(request: Request) -> None:
    """A status page without the line about slots; queries are answered."""
    if request.path.endswith("/status"):
        request.send(200, b"Connected as: 1\n", kind="text/plain")
    else:
        request.send(200, request.server.service.body(request.query))

"""Answers of an Overpass service: are they whole, and how do they become an OpenStreetMap file?"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import osmium

from grannskap.osm.data import Bounds
from grannskap.osm.files import Sink

KINDS = ("node", "way", "relation")
Element = Mapping[str, Any]


class UnusableAnswer(Exception):  # noqa: N818 (it reads as the sentence that it is)
    """Why can an answer not be used? `reason` is an id, `detail` quotes the service."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


def parse_json(body: bytes) -> Any:
    """What does a service say, in JSON?

    `UnusableAnswer` is raised where it is a page for people ("html") or cut short ("broken").

    Examples
    --------
    >>> parse_json(b"[1]")
    [1]
    """
    if body.lstrip()[:1] == b"<":
        raise UnusableAnswer("html")
    try:
        return json.loads(body)
    except ValueError as error:  # text that is no UTF-8 too
        raise UnusableAnswer("broken") from error


def parse_answer(body: bytes) -> dict[str, Any]:
    """Which elements does this answer hold?

    Parameters
    ----------
    body : bytes
        What a service sent with status 200.

    Returns
    -------
    dict
        With the list "elements".

    Raises
    ------
    UnusableAnswer
        It is a page for people ("html"), cut short ("broken"), of another kind ("foreign"), or the service itself
        says that it is not whole ("remark").

    Examples
    --------
    >>> parse_answer(b'{"elements": []}')
    {'elements': []}
    """
    answer = parse_json(body)
    if not isinstance(answer, dict):
        raise UnusableAnswer("foreign")
    if "remark" in answer:  # the service gave up half-way, and what is there may be a part
        raise UnusableAnswer("remark", str(answer["remark"]))
    if not isinstance(answer.get("elements"), list):
        raise UnusableAnswer("foreign")
    return answer


def data_date(answers: Iterable[Mapping[str, Any]]) -> str:
    """Of which day is the data? The oldest of the answers; "" where none says.

    Examples
    --------
    >>> data_date([{"osm3s": {"timestamp_osm_base": "2026-11-20T08:00:00Z"}}, {}])
    '2026-11-20'
    """
    said = (answer.get("osm3s") for answer in answers)
    stamps = [str(each.get("timestamp_osm_base", "")) for each in said if isinstance(each, dict)]
    return min((stamp[:10] for stamp in stamps if stamp), default="")


def holds_streets(answer: Mapping[str, Any]) -> bool:
    """Is there any street in this answer?"""
    ways = (element for element in answer["elements"] if isinstance(element, dict) and element.get("type") == "way")
    return any("highway" in (way.get("tags") or {}) for way in ways)


def merged(answers: Iterable[Mapping[str, Any]]) -> dict[str, dict[int, Element]]:
    """Which elements do the answers hold together, each once, by kind and number?"""
    found: dict[str, dict[int, Element]] = {kind: {} for kind in KINDS}
    for answer in answers:
        for element in answer["elements"]:
            found[element["type"]].setdefault(int(element["id"]), element)
    return found


def write_pbf(answers: Iterable[Mapping[str, Any]], path: Path, *, box: Bounds) -> dict[str, int]:
    """How many nodes, ways and relations do the answers hold, once they are written as an OpenStreetMap file?

    Parameters
    ----------
    answers : iterable of mapping
        From `parse_answer`.
    path : Path
        To be written, ``.osm.pbf``.
    box : tuple of float
        West, south, east, north that was asked for; it stands in the head of the file.

    Returns
    -------
    dict
        Counts by kind.

    Raises
    ------
    UnusableAnswer
        An element is not of the form that OpenStreetMap has ("foreign").
    UnwritableError
        The disk is full.
    """
    header = osmium.io.Header()
    west, south, east, north = box
    header.add_box(osmium.osm.Box(west, south, east, north))
    try:
        found = merged(answers)
        made = [(kind, _made(kind, found[kind][number])) for kind in KINDS for number in sorted(found[kind])]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnusableAnswer("foreign") from error
    with Sink(path, header=header) as sink:
        for kind, element in made:
            sink.add(kind, element)
    return {kind: len(found[kind]) for kind in KINDS}


def _made(kind: str, element: Element) -> Any:
    """An element as pyosmium writes it."""
    number = int(element["id"])
    tags = {str(key): str(value) for key, value in element.get("tags", {}).items()}
    if kind == "node":
        spot = (float(element["lon"]), float(element["lat"]))
        return osmium.osm.mutable.Node(id=number, location=spot, tags=tags)
    if kind == "way":
        return osmium.osm.mutable.Way(id=number, nodes=[int(ref) for ref in element["nodes"]], tags=tags)
    members = [(each["type"][0], int(each["ref"]), str(each["role"])) for each in element.get("members", ())]
    return osmium.osm.mutable.Relation(id=number, members=members, tags=tags)

"""Time and memory of what is done with a large extract: python tests/bench/large.py [copies [file]].

Neighbourhoods are cut out of it, and an address is looked up in it. The extract is made from the sample, copied side by
side with other ids and coordinates; the default gives more than 500 MB. It is kept where a file is named. Seconds per
GB and peak memory are printed, each of a process of its own; nothing is asserted.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import osmium
from osmium.osm import mutable

from grannskap.osm.address_book import NUMBER, street_names
from grannskap.osm.address_scan import addresses_in
from grannskap.osm.cutting import cut
from grannskap.sample import sample_folder

COPIES = 900
IDS_APART = 100_000_000_000  # more than any id in the sample
LON_APART, LAT_APART = 0.02, 0.016
IN_A_ROW = 40
WEST, SOUTH = -10.0, 45.0
SITES = 100


def shifts(copies: int) -> list[tuple[float, float]]:
    return [(LON_APART * (k % IN_A_ROW), LAT_APART * (k // IN_A_ROW)) for k in range(copies)]


def write_large(path: Path, copies: int) -> None:
    """Copies the sample side by side; nodes, ways and relations in the order that extracts have."""
    elements = [kept(element) for element in osmium.FileProcessor(str(sample_folder() / "helsinki.osm.pbf"))]
    with osmium.SimpleWriter(str(path)) as writer:
        for kind in ("node", "way", "relation"):
            mine = [e for k, e in elements if k == kind]
            for copy, (lon, lat) in enumerate(shifts(copies)):
                for element in mine:
                    getattr(writer, f"add_{kind}")(moved(kind, element, copy, lon, lat))


def kept(element: Any) -> tuple[str, dict[str, Any]]:
    tags = dict(element.tags)
    if element.is_node():
        return "node", {"id": element.id, "lon": element.lon - 24.93, "lat": element.lat - 60.16, "tags": tags}
    if element.is_way():
        return "way", {"id": element.id, "refs": [n.ref for n in element.nodes], "tags": tags}
    return "relation", {"id": element.id, "members": [(m.type, m.ref, m.role) for m in element.members], "tags": tags}


def moved(kind: str, e: dict[str, Any], copy: int, lon: float, lat: float) -> Any:
    more = copy * IDS_APART
    if kind == "node":
        spot = (WEST + lon + e["lon"], SOUTH + lat + e["lat"])
        return mutable.Node(id=e["id"] + more, location=spot, tags=e["tags"])
    if kind == "way":
        return mutable.Way(id=e["id"] + more, nodes=[ref + more for ref in e["refs"]], tags=e["tags"])
    members = [(t, ref + more, role) for t, ref, role in e["members"]]
    return mutable.Relation(id=e["id"] + more, members=members, tags=e["tags"])


def cut_out(path: Path, copies: int, sites: int) -> str:
    every = max(copies // sites, 1)
    boxes = [
        (WEST + lon + 0.005, SOUTH + lat + 0.004, WEST + lon + 0.015, SOUTH + lat + 0.012)
        for lon, lat in shifts(copies)[::every][:sites]
    ]
    return f"{len(boxes)} sites, {sum(len(part.lines) for part in cut(path, boxes))} ways kept"


def looked_up(path: Path, _copies: int, streets: int) -> str:
    """Addresses on the streets with the fewest; each stands once in every copy."""
    found: Counter[str] = Counter()
    numbers: dict[str, str] = {}
    processor: Any = osmium.FileProcessor(str(sample_folder() / "helsinki.osm.pbf"))
    for element in processor:
        if element.is_node() and (names := street_names(element.tags)):
            found[names[0]] += 1
            numbers[names[0]] = element.tags[NUMBER]
    texts = [f"{street} {numbers[street]}" for street, _ in found.most_common()[::-1][:streets]]
    part = addresses_in(path, texts)
    return f"{len(texts)} addresses, {len(part.points) + len(part.areas)} elements kept"


def measured(task: Callable[[Path, int, int], str], path: Path, copies: int, number: int) -> None:
    before_mb = peak_mb()
    began = time.perf_counter()
    done = task(path, copies, number)
    seconds, size_gb = time.perf_counter() - began, path.stat().st_size / 1e9
    print(  # noqa: T201
        f"{size_gb:.2f} GB, {done}: {seconds:.1f} s, {seconds / size_gb:.0f} s per GB, peak {peak_mb():.0f} MB "
        f"({before_mb:.0f} MB before it began)",
        flush=True,
    )


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def alone(what: Callable[..., object], *about: object) -> None:
    """In a process of its own, so that its memory is not counted elsewhere."""
    process = multiprocessing.get_context("spawn").Process(target=what, args=about)
    process.start()
    process.join()


def main(copies: int, path: Path) -> None:
    if not path.exists():
        alone(write_large, path, copies)
    for task, number in ((cut_out, 1), (cut_out, SITES), (looked_up, 1), (looked_up, 10)):
        alone(measured, task, path, copies, number)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else COPIES
    with tempfile.TemporaryDirectory() as folder:
        main(wanted, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder) / "large.osm.pbf")

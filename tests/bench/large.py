"""Time and memory of cutting neighbourhoods out of a large extract: python tests/bench/large.py [copies].

The extract is made from the sample, copied side by side with other ids and coordinates, in a temporary folder; the
default gives more than 500 MB. Seconds per GB and peak memory are printed; nothing is asserted.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import osmium
from osmium.osm import mutable

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


def main(copies: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.osm.pbf"
        maker = multiprocessing.get_context("spawn").Process(target=write_large, args=(path, copies))
        maker.start()  # in a process of its own, so that its memory is not counted below
        maker.join()
        size_gb = path.stat().st_size / 1e9
        every = max(copies // SITES, 1)
        boxes = [
            (WEST + lon + 0.005, SOUTH + lat + 0.004, WEST + lon + 0.015, SOUTH + lat + 0.012)
            for lon, lat in shifts(copies)[::every][:SITES]
        ]
        for asked in (boxes[:1], boxes):
            began = time.perf_counter()
            parts = cut(path, asked)
            seconds = time.perf_counter() - began
            peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            print(  # noqa: T201
                f"{size_gb:.2f} GB, {len(asked)} sites: {seconds:.1f} s, {seconds / size_gb:.0f} s per GB, "
                f"peak {peak_mb:.0f} MB, {sum(len(p.lines) for p in parts)} ways kept"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COPIES)

"""Made-up sites for tests and benchmarks: public street corners of an extract, where nobody lives."""

import hashlib
from collections import Counter
from pathlib import Path

import shapely

from grannskap.osm.extract import read_extract

WALKED = ("residential", "living_street", "pedestrian", "footway", "tertiary", "unclassified")


def corners(extract: Path, n: int) -> list[tuple[float, float]]:
    """Longitude and latitude of so many corners, spread over the extract by a hash of their node."""
    lines = read_extract(extract).lines
    lines = lines[[tags.get("highway") in WALKED for tags in lines.tags]]
    spots: dict[int, tuple[float, float]] = {}
    met: Counter[int] = Counter()
    for refs, line in zip(lines.refs, lines.geometry, strict=True):
        met.update(set(refs.tolist()))
        spots.update(zip(refs.tolist(), map(tuple, shapely.get_coordinates(line)), strict=True))
    shared = [ref for ref, times in met.items() if times > 1]
    chosen = sorted(shared, key=lambda ref: hashlib.sha256(str(ref).encode()).hexdigest())[:n]
    assert len(chosen) == n, f"{extract.name} has only {len(shared)} corners"
    return [spots[ref] for ref in chosen]


def site_table(path: Path, extract: Path, n: int) -> Path:
    """A table of so many sites, as a user would write it."""
    rows = [f"corner{number:04d},{lat:.7f},{lon:.7f}" for number, (lon, lat) in enumerate(corners(extract, n), 1)]
    path.write_text("\n".join(["site_id,lat,lon", *rows]) + "\n", encoding="utf-8")
    return path

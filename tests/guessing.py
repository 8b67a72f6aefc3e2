"""Where would somebody who has only the files think that the residence is? With the tools of a GIS, none of our own."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from scipy.ndimage import gaussian_filter
from scipy.optimize import minimize

CELL_M = 25.0
Spots = np.ndarray


def guesses(folder: Path) -> dict[str, np.ndarray]:
    """A place for each idea, in the metres of the GeoPackage in the folder, internal or public."""
    layers = _layers(folder / "grannskap.gpkg")
    found: dict[str, np.ndarray] = {}
    for name, table in layers.items():
        found |= _middles(name, _spots(table), np.ones(len(table)))
        found |= _middles(f"{name} by size", _spots(table), table.geometry.length.to_numpy() + 1)
    streets = layers["streets" if "streets" in layers else "edges"]
    found |= _from_actors(layers["actors"])
    walks = _walks(streets)
    lines = streets[walks > 0]
    if len(lines):
        found |= _from_walks(lines, walks[walks > 0])
    return found


def _layers(path: Path) -> dict[str, gpd.GeoDataFrame]:
    names = [name for name in pyogrio.list_layers(path)[:, 0] if name not in {"layer_styles", "site"}]
    tables = {name: pyogrio.read_dataframe(path, layer=name) for name in names}
    return {name: table for name, table in tables.items() if isinstance(table, gpd.GeoDataFrame) and len(table)}


def _spots(table: gpd.GeoDataFrame) -> Spots:
    middles = table.geometry.centroid
    return np.column_stack([middles.x, middles.y])


def _walks(streets: gpd.GeoDataFrame) -> np.ndarray:
    """How many walks each street has a week, at least; 0 where it is not told that there are any."""
    if "legs_per_week" in streets:
        return streets["legs_per_week"].to_numpy(float)
    least = streets["walks_per_week"].str.extract(r"^\D*(\d+)", expand=False).astype(float)
    return np.where(streets["walks_per_week"].str.startswith("<"), 0.0, least.fillna(0.0))


def _middles(name: str, spots: Spots, weight: np.ndarray) -> dict[str, np.ndarray]:
    def metres(here: np.ndarray) -> float:
        return float((weight * np.hypot(*(spots - here).T)).sum())

    mean = np.average(spots, axis=0, weights=weight)
    return {
        f"mean of {name}": mean,
        f"median of {name}": np.median(spots, axis=0),
        f"nearest to all {name}": minimize(metres, mean, method="Nelder-Mead").x,
        f"box of {name}": (spots.min(axis=0) + spots.max(axis=0)) / 2,
        f"hull of {name}": np.array(shapely.MultiPoint(spots).convex_hull.centroid.coords[0]),
        f"circle around {name}": np.array(
            shapely.minimum_bounding_circle(shapely.MultiPoint(spots)).centroid.coords[0]
        ),
    }


def _from_actors(actors: gpd.GeoDataFrame) -> dict[str, np.ndarray]:
    """The first ones of the list, and all, the earlier the heavier."""
    spots = _spots(actors.sort_values("rank") if "rank" in actors else actors)
    found = _middles("actors by order", spots, 1 / np.arange(1, len(spots) + 1))
    for first in (5, 10, 30):
        found |= _middles(f"first {first} actors", spots[:first], np.ones(len(spots[:first])))
    return found


def _from_walks(lines: gpd.GeoDataFrame, walks: np.ndarray) -> dict[str, np.ndarray]:
    """Where there are most walks, around where, and where they leave a hole."""
    spots, metres = _spots(lines), lines.geometry.length.to_numpy()
    found = _middles("walks", spots, walks * metres)
    busiest = np.argsort(-walks, kind="stable")[: max(len(walks) // 10, 1)]
    found["middle of the busiest tenth of streets"] = spots[busiest].mean(axis=0)
    for wide in (50.0, 150.0, 400.0):
        found[f"most walks within {wide:.0f} m"] = _peak(spots, walks * metres, wide)
    around = shapely.box(*lines.total_bounds).buffer(CELL_M, join_style="mitre")
    holes = shapely.get_parts(around.difference(lines.geometry.union_all().buffer(CELL_M)))
    largest = holes[np.argmax(shapely.area(holes))]
    found["middle of the largest hole"] = np.array(largest.centroid.coords[0])
    found["middle of the largest circle without walks"] = np.array(shapely.maximum_inscribed_circle(largest).coords[0])
    return found


def _peak(spots: Spots, weight: np.ndarray, wide: float) -> np.ndarray:
    low = spots.min(axis=0) - wide
    x, y = ((spots - low) // CELL_M).astype(int).T
    heat = np.zeros((x.max() + 20, y.max() + 20))
    np.add.at(heat, (x, y), weight)
    best = np.unravel_index(np.argmax(gaussian_filter(heat, wide / CELL_M)), heat.shape)
    return np.asarray(low + (np.array(best) + 0.5) * CELL_M)

"""What a worker is asked to do for one site: everything that it needs comes with the question."""

import hashlib
import json
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import shapely

from grannskap.opening import Material
from grannskap.osm.data import OsmData
from grannskap.study import Study
from grannskap.study.layers import OwnLayer


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """Which material is sent, packed once for all sites that share it?

    Attributes
    ----------
    key : str
        The same material has the same key.
    data : bytes
    """

    key: str
    data: bytes = field(repr=False)

    @classmethod
    def of(cls, material: Material, known: Sequence["Parcel"] = ()) -> "Parcel":
        """How is this material sent? As the known parcel that holds the same, if there is one."""
        key = material_key(material)
        same = next((parcel for parcel in known if parcel.key == key), None)
        return same or cls(key, pickle.dumps(material, pickle.HIGHEST_PROTOCOL))

    def unpacked(self) -> Material:
        """Which material is it?"""
        material: Material = pickle.loads(self.data)  # noqa: S301 (packed by this program, for its own workers)
        return material


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Which site is to be measured?

    Attributes
    ----------
    study : Study
        Of which only the assumptions are used: no file of it is read.
    shapes : GeoDataFrame
        Where the site is, in WGS 84.
    references : int
        How many dwellings around it are to be measured as well.
    """

    study: Study
    shapes: gpd.GeoDataFrame
    references: int = 0


def material_key(material: Material) -> str:
    """By which name is the same material known again?

    Two boxes of an extract may hold the same elements; a box may cut a way that another holds whole.
    """
    told = (material.source, material.language, [layer_key(layer) for layer in material.own])
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    _add(digest, material.osm)
    if material.elevation is not None:
        digest.update(json.dumps([material.elevation.told(), material.elevation.to_pixel]).encode())
    return digest.hexdigest()


def layer_key(layer: OwnLayer) -> list[str]:
    """By what is a layer of the analyst's own known again?"""
    return [layer.key, layer.sha256, repr(layer.layer)]


def _add(digest: "hashlib._Hash", osm: OsmData) -> None:
    digest.update(repr((osm.bounds, osm.data_date)).encode())
    for table in (osm.points, osm.lines, osm.areas):
        digest.update("\0".join(table.element_id.tolist()).encode())
        digest.update(shapely.get_coordinates(table.geometry.to_numpy()).tobytes())
    digest.update("\0".join(osm.groups.element_id.tolist()).encode())

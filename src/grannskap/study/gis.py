"""What does a study take from the analyst's own files, and what does it give a GIS?"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, PlainValidator
from pydantic_core import PydanticCustomError

from grannskap.crs import is_metric
from grannskap.study.values import Whole, Words, YesNo

GisFormat = Literal["geojson", "shapefile"]


def _export_crs(value: object) -> int | str | None:
    """Is this "local", or the code of a coordinate system in metres?"""
    if value is None or value == "local" or (type(value) is int and is_metric(value)):
        return value
    raise PydanticCustomError("export_crs", "no metric system")


@dataclass(frozen=True, slots=True)
class Layer:
    """Which file of the analyst's own adds actors, of which kind, and from which columns?

    Attributes
    ----------
    path : Path
        CSV, XLSX, GeoJSON, GeoPackage or shapefile.
    kind : str
        One of ``place/kinds.toml``, or one of the analyst's own. Rows of "property_owner" name nameless housing.
    fields : dict of str to str
        Column by role; the roles, and the columns that are known without being named, stand in ``layer_fields.toml``.
    crs : int, optional
        EPSG code of the coordinates; needed for columns x and y.
    layer : str
        Which layer or sheet, where the file has several.
    source, date : str
        Who made it and of when it is, for the files that are written; the file's name when `source` is "".
    sensitive : bool
        Whether its rows are left out of everything that is shared, whatever their kind.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    path: Path
    kind: Words
    fields: dict[Words, Words] = field(default_factory=dict)
    crs: Whole | None = None
    layer: str = ""
    source: str = ""
    date: str = ""
    sensitive: YesNo = False


@dataclass(frozen=True, slots=True)
class Output:
    """In which coordinate system, and in which further formats, are the files for a GIS?

    Attributes
    ----------
    crs : int or "local", optional
        EPSG code of a system in metres, such as 3007, or "local" for the SWEREF 99 zone of the place; that of the
        analysis when left out.
    formats : tuple of {"geojson", "shapefile"}
        Written beside the GeoPackage.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    crs: Annotated[int | str | None, PlainValidator(_export_crs)] = None
    formats: tuple[GisFormat, ...] = ()

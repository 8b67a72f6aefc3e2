"""The result as a GeoPackage: one layer for each table, with styles, names of columns and where it all comes from."""

from pathlib import Path

from grannskap.language import texts_for
from grannskap.output.gis.container import GisLayer, write_geopackage
from grannskap.output.gis.fields import LAYER_NAMES, field_name
from grannskap.output.gis.layers import GEOMETRY, data_date, gis_layers
from grannskap.output.gis.qgis import style
from grannskap.result import Result


def geopackage(result: Result, path: Path, *, language: str | None = None) -> None:
    """Which layers does a result give a GIS?

    Layers ``site``, ``edges``, ``actors`` (points), ``actor_areas`` (plots and buildings of those that have one),
    ``destinations``, ``study_area``, ``buildings``, ``green`` and ``water``, in the system that the study chooses; a
    style of QGIS for each, the names of their columns for people, and metadata that tell what the numbers rest on.

    Parameters
    ----------
    result : Result
    path : Path
        File to make; it must not be there yet.
    language : {"sv", "en"}, optional
        Of styles and names of columns; that of the study when left out.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    texts = texts_for(language or result.study.language)
    layers = {
        name: GisLayer(
            table=table,
            geometry=GEOMETRY[name],
            title=texts.gettext(LAYER_NAMES[name]),
            columns={column: field_name(column, texts) for column in table.columns.drop("geometry")},
            style=style(name, table, texts),
        )
        for name, table in gis_layers(result).items()
    }
    source = result.manifest.get("source")
    told = source if isinstance(source, dict) else {}
    write_geopackage(
        layers,
        path,
        day=data_date(result),
        title=texts.gettext("Calculated walks and the actors that they pass"),
        source=" ".join(filter(None, (str(told.get("path", "")), f"sha256:{told.get('sha256', '')}"))),
        texts=texts,
    )

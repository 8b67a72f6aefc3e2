"""A comparison for a GIS: the sites as points with what each measures, and the table of all values."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from grannskap.comparison.comparing import Comparison
from grannskap.comparison.differing import with_own_ids
from grannskap.comparison.discretion import may_be_placed
from grannskap.comparison.measured import Measured
from grannskap.comparison.measures import read_measures
from grannskap.crs import SWEREF99_TM, WGS84, metric_crs
from grannskap.language import Texts, texts_for
from grannskap.language import marked as _
from grannskap.output import look
from grannskap.output.comparison.tables import column_name, rounded, tidy, wide
from grannskap.output.comparison.words import long_name
from grannskap.output.gis.container import GisLayer, write_geopackage
from grannskap.output.gis.qgis import QGIS_VERSION
from grannskap.output.gis.qgis_symbols import Label, disc, labels, single

_NAMES = {
    "site_id": _("Residence, id"),
    "name": _("Name"),
    "note": _("Note"),
    "measure": _("Measure"),
    "of": _("Function or kind"),
    "unit": _("Unit"),
    "value": _("Value"),
    "low": _("Value, 5 %"),
    "high": _("Value, 95 %"),
    "difference": _("Difference"),
    "difference_low": _("Difference, 5 %"),
    "difference_high": _("Difference, 95 %"),
    "cause": _("May be due to"),
    "n_references": _("Dwellings around, number"),
    "reference_median": _("Dwellings around, middle value"),
    "reference_low": _("Dwellings around, 5 %"),
    "reference_high": _("Dwellings around, 95 %"),
    "reference_rank_share": _("Dwellings around, share with a lower value"),
}


def compare_geopackage(comparison: Comparison, path: Path, *, language: str) -> None:
    """Which layers does a comparison give a GIS?

    ``sites``: a point for each with all its measures, and ``measures``: the table of all values. Where all sites were
    analysed in one metric system the points are in that, otherwise in SWEREF 99 TM if all lie in Sweden, else in
    WGS 84. A protected site, and one whose place is not known, has its values and no point; the dwellings that sites
    are read against are nowhere.

    Parameters
    ----------
    comparison : Comparison
    path : Path
        File to make; it must not be there yet.
    language : {"sv", "en"}

    Raises
    ------
    OSError
        The file cannot be written.
    """
    texts = texts_for(language)
    values = rounded(tidy(comparison.table, texts))
    shown = {site.site_id: site for site in with_own_ids(comparison.sites) if site.role == "site"}
    sites = _points(wide(values), shown)
    columns = _column_names(comparison.table, texts)
    layers = {
        "sites": GisLayer(sites, "Point", texts.gettext("Residences"), columns, _style(sites, columns)),
        "measures": GisLayer(values, "", texts.gettext("Measures"), columns),
    }
    days = sorted({str(site.data.get("data_date") or "")[:10] for site in shown.values()} - {""})
    files = sorted({str(site.data.get("source_sha256") or "") for site in shown.values()} - {""})
    write_geopackage(
        layers,
        path,
        day=days[-1] if days else "1970-01-01",
        title=texts.gettext("Comparison of residences"),
        source=" ".join(f"sha256:{file}" for file in files),
        texts=texts,
    )


def _points(table: pd.DataFrame, shown: Mapping[str, Measured]) -> gpd.GeoDataFrame:
    """Each site where it lies, in the system that fits them all."""
    sites = [shown[site] for site in table["site_id"]]
    spots = np.array([(site.lon, site.lat) if may_be_placed(site) else (np.nan, np.nan) for site in sites]).reshape(
        -1, 2
    )
    known = np.isfinite(spots).all(axis=1)
    shapes = np.full(len(table), None, dtype=object)
    shapes[known] = shapely.points(spots[known])
    points = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=WGS84, index=table.index))
    return points.to_crs(common_crs(sites))


def common_crs(sites: Sequence[Measured]) -> int:
    """Which coordinate system fits all sites, as its EPSG code?

    Parameters
    ----------
    sites : sequence of Measured
    """
    codes = {str(site.data.get("crs") or "").rpartition(":")[2] for site in sites if not site.table.empty}
    if len(codes) == 1 and (code := codes.pop()).isdigit():
        return int(code)
    spots = [(site.lon, site.lat) for site in sites if np.isfinite(site.lon + site.lat)]
    return SWEREF99_TM if {metric_crs(*spot) for spot in spots} == {SWEREF99_TM} else WGS84


def _column_names(table: pd.DataFrame, texts: Texts) -> dict[str, str]:
    """What is each column called for people? No two are called the same."""
    names = {column: texts.gettext(name) for column, name in _NAMES.items()}
    known = {measure.id: measure for measure in read_measures()}
    for measure, of in table[table["measure"] != ""][["measure", "of"]].drop_duplicates().itertuples(index=False):
        column = column_name(measure, of)
        name = long_name(known[measure], of, texts) if measure in known else column
        names[column] = f"{name} ({column})" if name in names.values() else name
    return names


def _style(sites: gpd.GeoDataFrame, columns: Mapping[str, str]) -> str:
    """A ring with a dot for each site, with its name above."""
    root = Element("qgis", version=QGIS_VERSION, styleCategories="Symbology|Labeling|Fields|Forms", labelsEnabled="1")
    single(root, "marker", [disc("#ffffff", look.INK, 16.0, width_px=2.5), disc(look.INK, look.INK, 4.0)])
    labels(root, "grannskap-sites", [Label("name", "", look.INK, 8.0, halo=look.PAPER)])
    aliases = SubElement(root, "aliases")
    for number, column in enumerate(sites.columns.drop("geometry"), start=1):  # the feature's number comes first
        SubElement(aliases, "alias", index=str(number), field=column, name=columns[column])
    return tostring(root, encoding="unicode")

"""Styles for QGIS: read back from the file, and checked against the layers that they are for."""

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pytest

import grannskap as gk
from grannskap.output import look
from grannskap.output.gis.geopackage import geopackage
from grannskap.output.gis.layers import GEOMETRY
from grannskap.output.gis.qgis_symbols import rgb

if TYPE_CHECKING:
    from grannskap.result import Result

Element = ET.Element
FIELD = re.compile(r'"([a-z_0-9]+)"')
SYMBOL = {"Point": "marker", "LineString": "line", "MultiPolygon": "fill"}


@pytest.fixture(scope="module")
def path(sample_result: gk.Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("qgis") / "grannskap.gpkg"
    geopackage(sample_result, path)
    return path


def styles(path: Path) -> dict[str, Element]:
    query = "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault AND f_geometry_column = 'geom'"
    with closing(sqlite3.connect(path)) as file:
        return {str(name): ET.fromstring(text) for name, text in file.execute(query)}  # noqa: S314


def renderer(style: Element) -> Element:
    [found] = style.iter("renderer-v2")
    return found


def properties(symbol: Element) -> dict[str, str]:
    """Of the first part of a symbol."""
    return {each.get("k", ""): each.get("v", "") for each in symbol.iter("prop")}


def symbols(style: Element) -> dict[str, Element]:
    return {each.get("name", ""): each for each in style.iter("symbol")}


def test_each_layer_has_one_style_of_its_sort_of_geometry(path: Path) -> None:
    found = styles(path)
    assert set(found) == set(GEOMETRY)
    for name, style in found.items():
        sorts = {each.get("type") for each in style.iter("symbol")}
        assert sorts == {SYMBOL[GEOMETRY[name]]}


def test_styles_stand_where_qgis_looks_for_them(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        columns = [row[1] for row in file.execute("PRAGMA table_info(layer_styles)")]
        kinds = file.execute("SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'").fetchall()
        schemas = file.execute("SELECT DISTINCT f_table_catalog, f_table_schema FROM layer_styles").fetchall()
    assert columns[0] == "id"
    assert {"styleName", "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time"} <= {
        *columns
    }
    assert kinds == [("attributes",)]
    assert schemas == [("", "")]


@pytest.mark.parametrize("layer", GEOMETRY)
def test_every_field_that_a_style_names_is_there(path: Path, layer: str) -> None:
    style = styles(path)[layer]
    there = set(gpd.read_file(path, layer=layer).columns) - {"geometry"}
    told = [attribute for each in style.iter() for attribute in (each.get("filter"), each.text) if attribute]
    told += [each.get("value", "") for each in style.iter("Option") if each.get("name") == "expression"]
    named = {field for text in told for field in FIELD.findall(text)}
    for attribute in (each.get("attr", "") for each in style.iter("renderer-v2")):
        named |= set(FIELD.findall(attribute)) or {attribute}
    named |= {each.get("fieldName", "") for each in style.iter("text-style")}
    assert named - {""} <= there
    aliases = {each.get("field"): each.get("name") for each in style.iter("alias")}
    assert set(aliases) == there
    assert all(name and name != field for field, name in aliases.items())


def test_classes_of_flow_cover_all_values_in_the_look_of_the_maps(path: Path) -> None:
    style = styles(path)["edges"]
    ranges = list(style.iter("range"))
    bounds = [(float(each.get("lower", "nan")), float(each.get("upper", "nan"))) for each in ranges]
    assert bounds[0][0] == 0
    assert [high for _, high in bounds[:-1]] == [low for low, _ in bounds[1:]]
    legs = gpd.read_file(path, layer="edges").legs_per_week
    assert legs.between(bounds[0][0], bounds[-1][1]).all()
    drawn = [properties(symbols(style)[each.get("symbol", "")]) for each in ranges[1:]]
    assert [each["line_color"] for each in drawn] == [rgb(colour) for colour in look.FLOW_COLOURS]
    widths = [float(each["line_width"]) for each in drawn]
    assert widths == pytest.approx([px * 25.4 / 96 for px in look.FLOW_WIDTHS], abs=0.01)
    labels = [each.get("label", "") for each in ranges]
    assert labels[0] == "Gator utan beräknade gångvägar"
    assert all(label.endswith("promenader per vecka") for label in labels[1:])
    used = legs[legs > 0.02]
    metres = used * gpd.read_file(path, layer="edges").length_m[used.index]
    shares = [metres[used.gt(low) & used.le(high)].sum() / metres.sum() for low, high in bounds[1:]]
    assert shares == pytest.approx([0.2] * 5, abs=0.02)  # each a fifth of all metres walked


def test_actors_are_numbered_and_sensitive_ones_never_drawn(path: Path, sample_result: gk.Result) -> None:
    style = styles(path)["actors"]
    filters = [each.get("filter", "") for each in style.iter("rule")]
    assert filters
    assert all(text.startswith('NOT "sensitive"') for text in filters)
    assert {each.get("fieldName") for each in style.iter("text-style")} == {"rank"}
    order = [(each.text, each.get("asc")) for each in style.iter("orderByClause")]
    assert order == [('"rank"', "0")]  # the first drawn last, over the others
    areas = [each.get("filter", "") for each in styles(path)["actor_areas"].iter("rule")]
    assert all(text.startswith('NOT "sensitive"') for text in areas)
    rules = [text for text in filters if "rank_high" in text]
    half = (sample_result.actors.passages_per_week > 0)[~sample_result.actors.sensitive].sum() / 2
    assert {float(limit) for text in rules for limit in re.findall(r"> (\d[\d.]+), false", text)} == {half}


def test_the_areas_of_discs_compare_as_the_passages_do(path: Path, sample_result: gk.Result) -> None:
    style = styles(path)["actors"]
    told = [each.get("value", "") for each in style.iter("Option") if each.get("name") == "expression"]
    low, grows, largest = map(
        float, re.findall(r"^([\d.]+) \+ ([\d.]+) \* sqrt\(min\(max\(.*? / ([\d.]+),", told[0])[0]
    )
    shown = sample_result.actors[~sample_result.actors.sensitive]
    assert largest == pytest.approx(shown.passages_per_week.max(), abs=1e-6)
    for passages in (largest / 4, largest):
        px = 2 * look.radius(passages, largest=largest, radii=look.TOP_RADII)
        assert low + grows * np.sqrt(passages / largest) == pytest.approx(px * 25.4 / 96, abs=0.01)


def test_every_function_has_its_colour_and_letter(path: Path) -> None:
    style = styles(path)["destinations"]
    categories = {each.get("value", ""): each for each in style.iter("category")}
    assert set(categories) == set(gpd.read_file(path, layer="destinations")["function"])
    for function, category in categories.items():
        sign = look.function_sign(function)
        disc, letter = symbols(style)[category.get("symbol", "")].findall("layer")
        assert properties(disc)["color"] == rgb(sign.colour)
        assert properties(letter)["chr"] == sign.letter
    assert categories["transit"].get("label") == "Kollektivtrafik"


def test_a_sensitive_neighbour_is_no_destination_that_is_drawn(small_result: "Result", tmp_path: Path) -> None:
    ids = set(small_result.actors.actor_id) & set(small_result.destinations.destination_id)
    actors = small_result.actors.assign(sensitive=small_result.actors.actor_id.isin([min(ids)]))
    geopackage(replace(small_result, actors=actors), tmp_path / "a.gpkg")
    table = gpd.read_file(tmp_path / "a.gpkg", layer="destinations")
    assert set(table[table.sensitive.astype(bool)].destination_id) == {min(ids)}
    assert renderer(styles(tmp_path / "a.gpkg")["destinations"]).get("attr") == 'if("sensitive", NULL, "function")'


def test_a_style_is_whole_where_there_is_nothing_or_hostile_text(small_result: "Result", tmp_path: Path) -> None:
    nothing = replace(
        small_result,
        actors=small_result.actors.iloc[:0],
        destinations=small_result.destinations.iloc[:0],
        edges=small_result.edges.assign(legs_per_week=0.0),
    )
    odd = small_result.destinations.assign(function='"><script>')
    for name, result in (("a", nothing), ("b", replace(small_result, destinations=odd)), ("c", small_result)):
        geopackage(result, tmp_path / f"{name}.gpkg")
        assert set(styles(tmp_path / f"{name}.gpkg")) == set(GEOMETRY)


def test_in_the_language_that_is_asked_for(small_result: "Result", tmp_path: Path) -> None:
    geopackage(small_result, tmp_path / "en.gpkg", language="en")
    aliases = {each.get("field"): each.get("name") for each in styles(tmp_path / "en.gpkg")["actors"].iter("alias")}
    assert aliases["rank_low"] == "Rank, lowest likely"
    assert aliases["passages_transit"] == "Passages per week: Public transport"

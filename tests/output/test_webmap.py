"""The web map: classes of flow, signs, and a page that asks no host for anything."""

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import folium
import geopandas as gpd
import jinja2
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grannskap.errors import StudyError
from grannskap.language import texts_for
from grannskap.language.writing import amount, plain, two_digits
from grannskap.output import look
from grannskap.output.naming import naming
from grannskap.output.web_map import much_walked, web_map
from grannskap.output.webmap.features import title_of
from grannskap.output.webmap.flows import (
    class_breaks,
    class_label,
    class_of,
    flow_classes,
    flow_features,
    used_edges,
)
from grannskap.output.webmap.ground import ground_features, street_names
from grannskap.output.webmap.legend import function_rows
from grannskap.output.webmap.page import SCRIPTS, DrawnLayer, script_json
from grannskap.output.webmap.points import destination_features, door_features, shown_actors, site_features
from grannskap.study import Map

if TYPE_CHECKING:
    from grannskap.result import Result

STANDING_NOTE = (
    "Kartan visar beräknade gångvägar i gatunätet, inte hur enskilda personer rör sig. "
    "Att en verksamhet ofta passeras är ett skäl till tidig kontakt, inte ett mått på problem. "
    "Brukarnas behov i grannskapet jämställs med andra invånares."
)

edges_walked = st.lists(st.tuples(st.floats(0.01, 1e4), st.floats(0.1, 1e3)), min_size=1, max_size=60)


def html_of(result: "Result", language: str | None = None) -> str:
    return web_map(result, language=language).get_root().render()


def _policy_of(page: str) -> str:
    [policy] = re.findall('<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    return str(policy)


def layers_of(result: "Result") -> dict[str, DrawnLayer]:
    children = web_map(result)._children.values()
    return {child.key: child for child in children if isinstance(child, DrawnLayer)}


class TestFlowClasses:
    """Bounds are taken from above: the darkest class holds at least a fifth of all metres walked.

    They were once taken from below, so that a street which carries most of the walking was in the palest class, with
    every path beside it.
    """

    def test_breaks_share_out_metres_and_not_edges(self) -> None:
        # 100 m of metres walked on one edge, 100 m on ten: the upper half of the walking is the one edge.
        legs = [10.0] + [1.0] * 10
        metres = [10.0] + [10.0] * 10
        assert class_breaks(legs, metres, classes=2).tolist() == [10.0]

    def test_five_equal_parts(self) -> None:
        breaks = class_breaks([1.0, 2.0, 3.0, 4.0, 5.0], [60.0, 30.0, 20.0, 15.0, 12.0])
        assert breaks.tolist() == [2.0, 3.0, 4.0, 5.0]
        assert class_of([1.0, 2.0, 3.0, 4.0, 5.0], breaks).tolist() == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize(
        ("legs", "metres", "classes"),
        [
            ([100.0, 1.0, 2.0, 3.0], [1000.0, 10.0, 10.0, 10.0], [4, 0, 0, 0]),  # one street carries nearly all
            ([7.0], [3.0], [4]),
            ([7.0, 7.0], [3.0, 9.0], [4, 4]),
            ([10.0, 1.0], [10.0, 100.0], [4, 2]),  # two flows with half of the metres each
            ([40.0, 30.0, 10.0], [100.0, 100.0, 150.0], [4, 2, 0]),  # 4000, 3000 and 1500 of 8500
        ],
    )
    def test_few_flows_fill_the_higher_classes(
        self, legs: list[float], metres: list[float], classes: list[int]
    ) -> None:
        assert class_of(legs, class_breaks(legs, metres)).tolist() == classes

    def test_no_walks_make_no_classes(self, small_result: "Result") -> None:
        used = used_edges(small_result.edges.assign(legs_per_week=0.0))
        assert flow_classes(used) == []
        assert flow_features(used, texts_for("sv")) == []

    @given(edges_walked)
    def test_each_class_and_those_above_hold_their_share(self, edges: list[tuple[float, float]]) -> None:
        legs, metres = np.array(edges).T
        index = class_of(legs, class_breaks(legs, metres))
        walked = legs * metres
        for k in range(1, 5):
            assert walked[index >= k].sum() >= walked.sum() * (5 - k) / 5 * (1 - 1e-9)
        assert index[legs == legs.max()].tolist() == [4] * int((legs == legs.max()).sum())

    @given(edges_walked)
    def test_more_used_is_never_in_a_lower_class(self, edges: list[tuple[float, float]]) -> None:
        legs, metres = np.array(edges).T
        index = class_of(legs, class_breaks(legs, metres))
        order = np.argsort(legs, kind="stable")
        assert (np.diff(index[order]) >= 0).all()
        assert index.min() >= 0
        assert index.max() <= 4

    def test_labels_meet(self, small_result: "Result") -> None:
        labels = [class_label(flow, texts_for("en")) for flow in flow_classes(used_edges(small_result.edges))]
        assert labels == ["up to 10", "10–30", "30–40"]

    def test_edges_alike_are_drawn_as_one(self, small_result: "Result") -> None:
        edges = small_result.edges.assign(legs_per_week=[30.0, 30.0, 10.0, 0.0])
        features = flow_features(used_edges(edges), texts_for("sv"))
        assert len(features) == 2


class TestNumbersAndNames:
    def test_two_significant_digits(self) -> None:
        assert [two_digits(v) for v in (0.0567, 4.44, 17.6, 1234.0)] == [0.057, 4.4, 18.0, 1200.0]

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (0.0, "0"),
            (1234.0, "1\u202f200"),
            (3.14, "3,1"),
            (9.99, "10"),
            (2.0, "2"),
            (0.001, "< 0,01"),
            (float("nan"), "–"),
        ],
    )
    def test_amounts_in_swedish(self, value: float, text: str) -> None:
        assert amount(value, texts_for("sv")) == text

    def test_names_cannot_turn_the_text_around_them(self) -> None:
        assert plain("Kiosk\u202e\u2066\n gnp") == "Kiosk gnp"

    def test_unknown_name_is_said(self) -> None:
        assert title_of("", "shop", texts_for("en")).endswith("(name missing in the map data)")
        assert title_of(float("nan"), "shop", texts_for("en")) == title_of("", "shop", texts_for("en"))

    def test_data_never_ends_a_script(self) -> None:
        assert "<" not in script_json({"</script>": "<!-- &\u2028"})

    @pytest.mark.parametrize("name", ["{{ 7 * 7 }}", "{% raw %}", "{# x #}", "{{{{", "{}{"])
    def test_data_is_never_a_template(self, name: str) -> None:
        written = script_json([{"name": name}])
        assert jinja2.Template(written).render() == written
        assert json.loads(written) == [{"name": name}]


class TestLook:
    def test_ground_is_never_darker_than_the_lightest_flow(self) -> None:
        lightest = look.luminance(look.FLOW_COLOURS[0])
        assert {n for n, c in look.GROUND.items() if look.luminance(c) < lightest} == set()

    def test_flows_darken_and_widen_together(self) -> None:
        assert sorted(look.FLOW_WIDTHS) == list(look.FLOW_WIDTHS)
        light = [look.luminance(colour) for colour in look.FLOW_COLOURS]
        assert sorted(light, reverse=True) == light

    def test_text_has_contrast(self) -> None:
        assert look.contrast(look.QUIET_INK, look.PAPER) >= 4.5
        assert look.contrast("#ffffff", look.ACCENT) >= 4.5
        for colour in look.FUNCTION_COLOURS.values():
            assert look.contrast(look.ink_on(colour), colour) >= 4.5

    def test_each_function_has_its_own_letter(self) -> None:
        letters = [look.function_sign(function).letter for function in look.FUNCTION_COLOURS]
        assert len(set(letters)) == len(letters)
        assert "+" not in letters

    def test_disc_areas_grow_with_the_amount(self) -> None:
        assert look.radius(25.0, largest=100.0, radii=(0.0, 10.0)) == 5.0
        assert look.radius(1.0, largest=0.0, radii=(4.0, 10.0)) == 4.0


class TestPoints:
    def test_groups_of_actors(self, small_result: "Result") -> None:
        groups = shown_actors(small_result.actors).set_index("rank")["group"].to_dict()
        assert 9 not in groups
        assert groups[10] == "top"
        assert groups[11] == "passed"
        assert groups[12] == "silent"

    def test_a_wide_interval_makes_a_rank_unsure(self, small_result: "Result") -> None:
        wide = small_result.actors.assign(rank_low=1.0, rank_high=3.0)
        wide.loc[0, "rank_high"] = 12.0
        assert shown_actors(wide)["unsure"].tolist() == [True] + [False] * 10

    def test_small_destinations_get_small_signs(self, small_result: "Result") -> None:
        names = naming(small_result, texts_for("sv"))
        features = destination_features(small_result.destinations, names, function="groceries")
        minor = [bool(feature["properties"].get("m")) for feature in features]  # type: ignore[attr-defined]
        assert minor == [True, True, False]

    def test_coordinates_are_rounded(self, small_result: "Result") -> None:
        [site] = site_features(small_result.site, title="x")
        lon, lat = site["geometry"]["coordinates"]  # type: ignore[index]
        assert (lon, lat) == (round(lon, 5), round(lat, 5))


class TestDoors:
    def of(self, result: "Result", x: float, y: float) -> list[Any]:
        spot = gpd.GeoDataFrame(geometry=result.site.geometry.translate(x, y))
        return door_features(spot, result.edges.assign(u=[0, 1, 1, 0], v=[1, 2, 3, 4]), np.array([0]))

    def test_a_line_leads_to_the_street_where_the_walks_begin(self, small_result: "Result") -> None:
        [line] = self.of(small_result, 30.0, 40.0)
        site, spot = small_result.site, small_result.site.geometry.translate(30.0, 40.0)
        ends = [*spot.to_crs(4326), *site.geometry.to_crs(4326)]
        expected = [[end.x, end.y] for end in ends]
        np.testing.assert_allclose(line["geometry"]["coordinates"], expected, rtol=0, atol=1e-5)

    def test_none_where_the_door_is_on_the_street(self, small_result: "Result") -> None:
        assert self.of(small_result, 0.0, 3.0) == []


class TestViews:
    def test_the_first_view_leaves_out_the_tail_of_the_walking(self, small_result: "Result") -> None:
        # 40, 30, 10 and 0 legs on 100, 100, 150 and 100 m: 4000, 3000 and 1500 of 8500.
        used = small_result.edges
        assert much_walked(used, 0.4)["legs_per_week"].tolist() == [40.0]
        assert much_walked(used, 0.8)["legs_per_week"].tolist() == [40.0, 30.0]
        assert much_walked(used, 0.97)["legs_per_week"].tolist() == [40.0, 30.0, 10.0]


class TestGround:
    def test_styles_lie_in_order(self, small_result: "Result") -> None:
        features = ground_features(small_result.ground, small_result.edges, small_result.study_area)
        styles = [feature["properties"]["s"] for feature in features]  # type: ignore[index]
        expected = ["green", "water", "buildings", "path", "casing", "main_casing"]
        assert styles == [*expected, "street", "main"]

    def test_nothing_known_leaves_the_streets(self, small_result: "Result") -> None:
        empty = gpd.GeoDataFrame(geometry=[], crs=small_result.edges.crs)
        features = ground_features({"buildings": empty}, small_result.edges, small_result.study_area)
        assert len(features) == 5

    def test_streets_are_named_once_per_piece(self, small_result: "Result") -> None:
        names = [name for name, _ in street_names(small_result.edges)]
        assert names[0] == "Storgatan"
        assert len(names) == 2


class TestPage:
    def test_is_a_folium_map(self, small_result: "Result") -> None:
        assert isinstance(web_map(small_result), folium.Map)

    def test_policy_comes_first(self, small_result: "Result") -> None:
        head = html_of(small_result).split("<head>")[1].lstrip()
        assert head.startswith("""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; """)
        assert '<meta name="referrer" content="no-referrer">' in head

    def test_the_policy_forbids_every_request(self, small_result: "Result") -> None:
        rules = dict(rule.split(" ", 1) for rule in _policy_of(html_of(small_result)).split("; "))
        assert rules == {
            "default-src": "'none'",
            "script-src": "'unsafe-inline'",
            "style-src": "'unsafe-inline'",
            "img-src": "data:",
            "font-src": "data:",
            "base-uri": "'none'",
            "form-action": "'none'",
        }

    def test_no_host_is_named(self, small_result: "Result") -> None:
        page = html_of(small_result)
        addresses = set(re.findall(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+", page))
        assert addresses <= {"http://www.w3.org", "//www.w3.org"}
        assert not re.search(r"<link|<script[^>]+src|<img|@import|sourceMappingURL", page)
        assert re.findall(r"url\((?!data:|#)[^)]*\)", page) == []

    def test_hostile_names_end_no_script(self, small_result: "Result") -> None:
        page = html_of(small_result)
        assert "<script>window.pwned" not in page
        assert "<img" not in page
        assert page.count("<script>") == page.count("</script>") == len(SCRIPTS) + 3

    def test_hostile_layer_names_are_only_text(self, small_result: "Result") -> None:
        destinations = small_result.destinations.assign(function="<b>{{ 7 * 7 }}</b>")
        page = html_of(replace(small_result, destinations=destinations))
        assert "<b>" not in page
        assert "&lt;b&gt;{{ 7 * 7 }}&lt;/b&gt;</span></label>" in page

    def test_is_the_same_in_each_run(self, small_result: "Result") -> None:
        assert html_of(small_result) == html_of(small_result)

    def test_rendering_twice_changes_nothing(self, small_result: "Result") -> None:
        page = web_map(small_result).get_root()
        assert page.render() == page.render()

    def test_swedish_page_says_what_must_be_said(self, small_result: "Result") -> None:
        page = html_of(small_result)
        assert '<html lang="sv">' in page
        assert STANDING_NOTE in page
        assert "Förslag till kontaktordning" in page
        assert "2020-12-14" in page
        assert "OpenStreetMap" in page
        assert "Butik vid Storgatan" in page

    def test_english_on_request(self, small_result: "Result") -> None:
        page = html_of(small_result, "en")
        assert '<html lang="en">' in page
        assert "not how individual people move" in page

    def test_sensitive_neighbours_are_nowhere(self, small_result: "Result") -> None:
        assert "Hemligt boende" not in html_of(small_result)

    def test_the_file_of_the_extract_is_not_told(self, small_result: "Result") -> None:
        assert "somewhere.osm.pbf" not in html_of(small_result)

    def test_layers(self, small_result: "Result") -> None:
        layers = layers_of(small_result)
        assert [key for key, layer in layers.items() if not layer.show] == ["silent", "schools", "lighting", "seats"]
        on = {"flows", "site", "top", "passed", "destinations-0", "destinations-1", "ground", "area", "names"}
        assert {key for key, layer in layers.items() if layer.show} == on

    def test_each_layer_stands_in_the_list_once(self, small_result: "Result") -> None:
        page = html_of(small_result)
        listed = re.findall(r'<input type="checkbox" data-layer="([\w-]+)"( checked)?>', page)
        assert sorted(key for key, _ in listed) == sorted(layers_of(small_result))
        assert {key for key, checked in listed if checked} == {
            k for k, each in layers_of(small_result).items() if each.show
        }

    def test_unmet_needs_come_first(self, small_result: "Result") -> None:
        labels = [row["label"] for row in function_rows(small_result.access, texts_for("en"))]
        assert labels == ["Pharmacy", "Public transport", "Groceries"]

    def test_shows_itself_in_a_notebook(self, small_result: "Result") -> None:
        shown = web_map(small_result)._repr_html_()
        assert "srcdoc=" in shown
        assert "https://" not in shown

    def test_empty_tables_make_a_map(self, small_result: "Result") -> None:
        bare = replace(
            small_result,
            actors=small_result.actors.iloc[:0],
            destinations=small_result.destinations.iloc[:0],
            access=pd.DataFrame(small_result.access.iloc[:0]),
            ground={},
            edges=small_result.edges.iloc[:0],
        )
        page = html_of(bare)
        assert "Inga aktörer passeras" in page

    def test_an_unknown_rank_is_allowed(self, small_result: "Result") -> None:
        actors = small_result.actors.assign(rank=small_result.actors["rank"].astype(float))
        actors.loc[actors["passages_per_week"] == 0, "rank"] = float("nan")
        assert "Långt borta" in html_of(replace(small_result, actors=actors))


class TestTiles:
    ASKED = Map(tiles="https://tiles.example/{z}/{x}/{y}.png", attribution="<b>© Somebody</b>")

    def of(self, result: "Result", asked: Map, sensitivity: Any = "internal") -> "Result":
        return replace(result, study=replace(result.study, map=asked, sensitivity=sensitivity))

    def test_none_unless_the_study_asks(self, small_result: "Result") -> None:
        page = html_of(small_result)
        assert 'id="tiles"' not in page
        assert '"tiles":' not in page

    def test_one_host_is_let_in_and_the_reader_is_told(self, small_result: "Result") -> None:
        page = html_of(self.of(small_result, self.ASKED))
        assert "; img-src data: https://tiles.example; " in _policy_of(page)
        assert "tiles.example får veta vilken plats du tittar på" in page
        assert "<b>© Somebody" not in page
        assert set(re.findall(r"https://[\w.]+", page)) == {"https://tiles.example"}

    def test_never_for_a_protected_study(self, small_result: "Result") -> None:
        with pytest.raises(StudyError, match=r"\[map\] tiles would tell tiles\.example where a protected site lies"):
            web_map(self.of(small_result, self.ASKED, "protected"))

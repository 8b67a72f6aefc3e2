"""What the page tells of actors: the list, its groups, and the walks past an actor by errand."""

import re
import tomllib
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.language import texts_for
from grannskap.output.kind_groups import KIND_GROUPS, kind_group
from grannskap.output.naming import naming
from grannskap.output.webmap import ways as map_ways
from grannskap.output.webmap.facts import lighting_features, seat_features
from grannskap.output.webmap.points import shown_actors
from grannskap.output.webmap.table import ActorTable, actor_table
from grannskap.output.webmap.ways import SHARES, explained, ways_past

if TYPE_CHECKING:
    from grannskap.result import Result

Drawn = dict[str, Any]


def table_of(result: "Result", language: str = "en") -> ActorTable:
    texts = texts_for(language)
    actors = shown_actors(result.actors)
    return actor_table(result, actors, ways_past(result, actors, texts), naming(result, texts))


def record(table: ActorTable, actor_id: str) -> Drawn:
    actors: Any = table.data["actors"]
    return dict(actors[table.index[actor_id]])


def decoded(steps: list[int]) -> shapely.LineString:
    """A line of the page as longitude and latitude."""
    return shapely.LineString(np.cumsum(np.reshape(steps, (-1, 2)), axis=0)[:, ::-1] / 1e5)


def drawn_of(drawn: Drawn, number: int) -> dict[int, dict[int, list[shapely.LineString]]]:
    """The lines of an actor by errand and class of width."""
    return {
        errand: {
            width: [decoded(part) for line in np.cumsum(steps) for part in drawn["lines"][line]]
            for width, steps in enumerate(classes)
            if steps
        }
        for errand, *classes in drawn["of"][number]
    }


def _segments(line: BaseGeometry) -> list[shapely.LineString]:
    return [shapely.LineString(pair) for pair in pairwise(line.coords)]


class TestGroups:
    def test_each_kind_has_one_group_and_there_are_no_others(self) -> None:
        known = [kind["id"] for kind in tomllib.loads(_kinds())["kind"]]
        grouped = [kind for kinds in KIND_GROUPS.values() for kind in kinds]
        assert len(set(grouped)) == len(grouped)
        assert set(known) <= set(grouped)
        assert set(grouped) - set(known) == {"childcare", "school"}  # of older map data, as in look.SCHOOL_KINDS

    def test_a_kind_of_the_analyst_is_among_the_others(self) -> None:
        assert kind_group("own kind") == len(KIND_GROUPS) - 1

    def test_groups_tell_how_many_there_are(self, small_result: "Result") -> None:
        told = {row["label"]: row["n"] for row in table_of(small_result).groups}
        assert told == {"Schools and preschools": "1", "Shops": "2", "Food, drink and hotels": "6", "Other kinds": "1"}


def _kinds() -> str:
    return files("grannskap.place").joinpath("kinds.toml").read_text("utf-8")


class TestRecords:
    def test_all_who_are_passed_stand_in_order_of_rank(self, small_result: "Result") -> None:
        actors: Any = table_of(small_result).data["actors"]
        assert [actor["n"] for actor in actors] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11]

    def test_what_is_told_of_one(self, small_result: "Result") -> None:
        actors = small_result.actors.assign(rank_low=3.0, rank_high=9.0)
        told = record(table_of(_with_actors(small_result, actors)), "node/108")
        sentence = told.pop("x")
        assert sentence == small_result.routes("node/108").sentence("en")
        assert told.pop("e") == [[1, "22"], [0, "7.2"]]  # 29 passages, three quarters of them for groceries
        group = kind_group("preschool")
        assert told == {
            "t": "Förskolan Ängen",
            "k": 2,
            "g": group,
            "n": 8,
            "i": "3–9",
            "u": 1,
            "p": "29",
            "m": "7.2",
            "d": "160 m",
            "w": 7,
        }

    def test_errands_that_hardly_anybody_has_are_left_out(self, small_result: "Result") -> None:
        actors = small_result.actors.assign(passages_transit=0.2)
        told = record(table_of(_with_actors(small_result, actors)), "node/108")
        assert [errand for errand, _ in told["e"]] == [1]

    def test_a_wide_interval_is_marked_and_an_unknown_one_is_empty(self, small_result: "Result") -> None:
        known = small_result.actors.assign(rank_low=1.0, rank_high=3.0)
        known.loc[0, "rank_high"] = 12.0
        actors: Any = table_of(_with_actors(small_result, known)).data["actors"]
        assert [actor.get("u", 0) for actor in actors] == [1] + [0] * 9
        assert record(table_of(small_result), "node/108")["i"] == ""

    def test_who_is_not_explained_has_a_sentence_and_no_walks(
        self, small_result: "Result", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(map_ways, "MOST", 2)
        monkeypatch.setattr(map_ways, "LEAST", 2)
        table = table_of(small_result)
        actors: Any = table.data["actors"]
        assert [actor["n"] for actor in actors if "w" in actor] == [1, 7]  # the first, and the first of a group
        told = record(table, "node/111")
        assert told["x"] == "Passed 10 times a week, mostly on the way to or from food shops (75%)."


def _with_actors(result: "Result", actors: gpd.GeoDataFrame) -> "Result":
    return replace(result, actors=actors)


class TestExplained:
    def frame(self, kinds: list[str]) -> gpd.GeoDataFrame:
        rows = {"actor_id": [f"node/{i}" for i, _ in enumerate(kinds)], "kind": kinds, "group": "passed"}
        return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=[shapely.Point(0, 0)] * len(kinds))

    def test_the_first_of_the_list_and_then_of_each_group_in_turn(self) -> None:
        kinds = ["cafe"] * 8 + ["shop"] * 3 + ["preschool", "shop", "preschool"]
        chosen = explained(self.frame(kinds), 10)  # six by rank; then the first shop and preschool, and the second
        assert chosen == [f"node/{i}" for i in (0, 1, 2, 3, 4, 5, 8, 11, 9, 13)]

    def test_all_of_a_short_list(self) -> None:
        assert sorted(explained(self.frame(["cafe", "shop"]), 10)) == ["node/0", "node/1"]

    def test_who_is_not_passed_is_not_explained(self) -> None:
        assert explained(self.frame(["cafe"] * 3).assign(group="silent"), 10) == []

    def test_a_method_with_many_links_explains_fewer(
        self, small_result: "Result", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(map_ways, "LEAST", 3)
        actors = shown_actors(small_result.actors)
        links = sum(len(way.legs.arc) for way in small_result.workings.behind().ways)
        for wanted, n in ((5, 5), (1, 3), (10**6, 10)):
            monkeypatch.setattr(map_ways, "LINKS", wanted * links)
            assert len(ways_past(small_result, actors, texts_for("sv")).number) == n


def _pieces(lines: Any) -> int:
    """Of how many parts that share no vertex do these lines consist?"""
    graph: nx.Graph[Any] = nx.Graph()
    for line in lines:
        nx.add_path(graph, [(round(x * 1e5), round(y * 1e5)) for x, y in line.coords])
    return int(nx.number_connected_components(graph))


class TestWays:
    def test_each_errand_is_drawn_where_it_is_walked(self, small_result: "Result") -> None:
        table = table_of(small_result)
        crs, functions = small_result.workings.scene.crs, small_result.workings.scene.functions
        for actor_id in ("node/101", "node/108", "node/111"):
            passing = small_result.routes(actor_id)
            drawn = drawn_of(table.data["ways"], record(table, actor_id)["w"])  # type: ignore[arg-type]
            for errand, function in enumerate(functions):
                shares = passing.edges[f"legs_{function}"] / passing.by_function.sum()
                widths = np.searchsorted(SHARES, shares, side="right") - 1
                for width in range(len(SHARES)):
                    edges = passing.edges.geometry[widths == width]
                    lines = gpd.GeoSeries(drawn.get(errand, {}).get(width, []), crs=4326).to_crs(crs)
                    assert lines.length.sum() == pytest.approx(edges.length.sum(), abs=3.0)
                    assert edges.within(lines.union_all().buffer(2.0)).all()

    def test_an_actor_in_a_side_street_is_passed_on_one_errand_alone(self, small_result: "Result") -> None:
        table = table_of(small_result)
        drawn = drawn_of(table.data["ways"], record(table, "node/111")["w"])  # type: ignore[arg-type]
        assert [table.data["errands"][errand]["t"] for errand in drawn] == ["Groceries"]  # type: ignore[index]

    def test_walks_that_spread_and_meet_again_are_drawn_whole(self, sample_result: "Result") -> None:
        drawn: Any = table_of(sample_result).data["ways"]
        lines = [[decoded(part) for part in parts] for parts in drawn["lines"]]
        number = 0
        for of in drawn["of"]:
            for _, *classes in of:
                chosen = [int(i) for steps in classes for i in np.cumsum(steps, dtype=int)]
                assert _pieces([line for i in chosen for line in lines[i]]) == 1
                number += 1
        assert number > 200

    def test_lines_lead_away_from_the_site(self, kotka_result: "Result") -> None:
        scene = kotka_result.workings.scene
        edges, cost = scene.arrivals.edges, scene.arrivals.net.costs_from(scene.arrivals.site)
        inward = cost[edges.u.to_numpy()] > cost[edges.v.to_numpy()]
        assert 0.2 < inward.mean() < 0.8
        outward = np.where(inward, shapely.reverse(edges.geometry.to_numpy()), edges.geometry.to_numpy())
        tree = shapely.STRtree(outward)
        drawn: Any = table_of(kotka_result).data["ways"]
        lines = gpd.GeoSeries([decoded(part) for parts in drawn["lines"] for part in parts], crs=4326).to_crs(scene.crs)
        longest = [max(_segments(line), key=lambda segment: segment.length) for line in lines if line.length > 20]
        assert len(longest) > 30
        for segment in longest:
            along = outward[int(tree.nearest(segment.centroid))]
            begin, end = (shapely.line_locate_point(along, shapely.Point(at)) for at in segment.coords)
            assert begin < end

    def test_nobody_passed_draws_nothing(self, small_result: "Result") -> None:
        actors = shown_actors(small_result.actors.assign(passages_per_week=0.0))
        ways = ways_past(small_result, actors, texts_for("sv"))
        assert (ways.number, ways.sentences, ways.drawn["lines"]) == ({}, [], [])


class TestFacts:
    def test_lit_unlit_and_unknown_are_told_apart(self, small_result: "Result") -> None:
        found: list[Any] = lighting_features(small_result, texts_for("en"))
        told = {each["properties"]["s"]: each for each in found}
        assert list(told) == ["unknown", "unlit", "lit"]
        length = {
            state: gpd.GeoSeries([shapely.geometry.shape(each["geometry"])], crs=4326)
            .to_crs(small_result.workings.scene.crs)
            .length.sum()
            for state, each in told.items()
        }
        assert length == pytest.approx({"lit": 100, "unlit": 100, "unknown": 250}, abs=3)
        assert told["unknown"]["properties"]["t"] == "nothing in the map data about lighting"

    def test_streets_outside_the_study_area_are_left_out(self, small_result: "Result") -> None:
        small = gpd.GeoDataFrame(geometry=small_result.site.geometry.buffer(20), crs=small_result.edges.crs)
        found: list[Any] = lighting_features(replace(small_result, study_area=small), texts_for("en"))
        assert [each["properties"]["s"] for each in found] == ["unknown", "lit"]

    def test_seats_within_the_study_area(self, small_result: "Result") -> None:
        seats: list[Any] = seat_features(small_result, texts_for("sv"))
        assert [each["properties"]["t"] for each in seats] == ["Sittplats", "Sittplats"]


def test_names_in_the_list_are_those_of_the_papers(small_result: "Result") -> None:
    actors: Any = table_of(small_result, "sv").data["actors"]
    assert actors[6]["t"] == "Butik vid Storgatan"
    assert not [actor for actor in actors if re.search("namn saknas", actor["t"])]

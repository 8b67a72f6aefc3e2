"""The sample studies: what must hold of any result, whatever the numbers are."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from commands import command

import grannskap as gk
from grannskap.study.model import Model

SLACK = 1e-6


@pytest.fixture(params=["sample_result", "kotka_result"])
def result(request: pytest.FixtureRequest) -> gk.Result:
    """The result of one of the two sample studies."""
    found: gk.Result = request.getfixturevalue(request.param)
    return found


def functions(result: gk.Result) -> list[str]:
    return list(result.study.profile.functions)


def errands(result: gk.Result) -> list[str]:
    """Why people walk: the functions, and walks without an errand, which no place is the destination of."""
    return [*functions(result), "round_walk"]


def legs(result: gk.Result) -> float:
    """Walks a week, there and back, with an errand or without."""
    without = result.study.profile.round_walks.trips_per_week
    return 2 * (float(result.destinations.trips_per_week.sum()) + without)


class TestActors:
    def test_ranked_from_1_by_passages(self, result: gk.Result) -> None:
        assert result.actors["rank"].tolist() == list(range(1, len(result.actors) + 1))
        assert (result.actors.passages_per_week.diff().dropna() <= SLACK).all()

    def test_no_more_passages_than_walks(self, result: gk.Result) -> None:
        passages = result.actors.passages_per_week
        assert (passages >= 0).all()
        assert passages.max() == pytest.approx(legs(result))
        assert (passages <= legs(result) + SLACK).all()

    def test_no_more_passages_on_an_errand_than_walks_on_it(self, result: gk.Result) -> None:
        trips = result.destinations.groupby("function").trips_per_week.sum()
        trips["round_walk"] = result.study.profile.round_walks.trips_per_week
        for function in errands(result):
            assert (result.actors[f"passages_{function}"] <= 2 * trips.get(function, 0.0) + SLACK).all()

    def test_share_is_passages_of_all_walks(self, result: gk.Result) -> None:
        shares = result.actors.passages_per_week / legs(result)
        assert result.actors.share_of_trips.to_numpy() == pytest.approx(shares.to_numpy())

    def test_errands_add_up_to_passages(self, result: gk.Result) -> None:
        parts = result.actors[[f"passages_{function}" for function in errands(result)]]
        assert parts.sum(axis=1).to_numpy() == pytest.approx(result.actors.passages_per_week.to_numpy())
        assert (parts.to_numpy() >= -SLACK).all()

    def test_main_function_is_the_most_common_errand(self, result: gk.Result) -> None:
        passed = result.actors[result.actors.passages_per_week > 0]
        parts = passed[[f"passages_{function}" for function in errands(result)]]
        main = [row[f"passages_{row.main_function}"] for _, row in passed.iterrows()]
        assert main == pytest.approx(parts.max(axis=1).tolist())
        assert (result.actors.main_function[result.actors.passages_per_week == 0] == "").all()

    def test_visits_are_trips_that_end_there(self, result: gk.Result) -> None:
        trips = result.destinations.groupby("destination_id").trips_per_week.sum()
        visited = result.actors[result.actors.visits_per_week > 0]
        assert (result.actors.visits_per_week >= 0).all()
        assert visited.visits_per_week.sum() <= trips.sum() + SLACK
        assert visited.visits_per_week.to_numpy() == pytest.approx(trips[visited.actor_id].to_numpy())

    def test_who_is_visited_is_passed_there_and_back(self, result: gk.Result) -> None:
        assert (result.actors.passages_per_week >= 2 * result.actors.visits_per_week - SLACK).all()

    def test_minutes_where_and_only_where_walks_pass(self, result: gk.Result) -> None:
        assert (result.actors.minutes_per_week >= 0).all()
        assert (result.actors.minutes_per_week[result.actors.passages_per_week == 0] == 0).all()

    def test_ids_kinds_and_places(self, result: gk.Result) -> None:
        assert result.actors.actor_id.is_unique
        assert (result.actors.kind != "").all()
        area = result.study_area.geometry.iloc[0]
        assert shapely.intersects(result.actors.geometry.to_numpy(), area).all()
        degrees = result.actors.geometry.representative_point().to_crs(4326)
        assert result.actors.lon.to_numpy() == pytest.approx(degrees.x.to_numpy(), abs=1e-3)
        assert result.actors.lat.to_numpy() == pytest.approx(degrees.y.to_numpy(), abs=1e-3)


class TestDestinations:
    def test_trips_add_up_to_what_is_served(self, result: gk.Result) -> None:
        trips = result.destinations.groupby("function").trips_per_week.sum()
        served = result.access.trips_per_week * result.access.served_share
        assert [trips.get(function, 0.0) for function in result.access.function] == pytest.approx(served.tolist())

    def test_no_way_is_shorter_than_the_crow_flies(self, result: gk.Result) -> None:
        site = shapely.union_all(result.site.geometry.to_numpy())
        straight = shapely.distance(result.destinations.geometry.to_numpy(), site)
        assert (result.destinations.distance_m >= straight - 0.01).all()

    def test_no_way_feels_shorter_than_among_shops_all_along(self, result: gk.Result) -> None:
        assert (result.destinations.cost_m >= 0.72 * result.destinations.distance_m - 0.01).all()

    def test_no_trips_beyond_reach(self, result: gk.Result) -> None:
        used = result.destinations[result.destinations.trips_per_week > 0]
        assert (used.distance_m <= result.study.reach.radius_m).all()

    def test_once_for_each_function(self, result: gk.Result) -> None:
        assert not result.destinations.duplicated(["destination_id", "function"]).any()


class TestAccess:
    def test_a_row_for_each_function_of_the_profile(self, result: gk.Result) -> None:
        assert result.access.function.tolist() == functions(result)

    def test_detours_are_no_shortcuts(self, result: gk.Result) -> None:
        assert (result.access.detour_factor.dropna() >= 1).all()
        assert (result.access.mean_m.dropna() >= result.access.nearest_m.dropna() - 0.01).all()

    def test_what_is_missing_is_said(self, result: gk.Result) -> None:
        missing = result.access.n_within_reach == 0
        assert (result.access.served_share[missing] == 0).all()
        assert result.access.served_share[~missing].tolist() == pytest.approx([1.0] * (~missing).sum())
        assert (result.access.served_share <= 1).all()
        assert (result.access.note[missing] == "inget i kartdata inom räckhåll").all()
        assert (result.access.note[~missing] == "").all()
        assert result.access.nearest_m.isna().tolist() == missing.tolist()

    def test_counts_are_those_of_the_destinations(self, result: gk.Result) -> None:
        near = result.destinations[result.destinations.distance_m <= result.study.reach.radius_m]
        counts = near.groupby("function").size()
        assert result.access.n_within_reach.tolist() == [counts.get(f, 0) for f in result.access.function]


class TestEdges:
    def test_as_many_walks_come_to_a_crossing_as_leave_it(self, result: gk.Result) -> None:
        """At the site and at destinations too: who walks there walks home."""
        edges = result.edges
        n = int(max(edges.u.max(), edges.v.max())) + 1
        inward = np.bincount(edges.v, edges.flow_uv, n) + np.bincount(edges.u, edges.flow_vu, n)
        outward = np.bincount(edges.u, edges.flow_uv, n) + np.bincount(edges.v, edges.flow_vu, n)
        assert inward == pytest.approx(outward, abs=1e-9)

    def test_all_walks_begin_at_the_site(self, result: gk.Result) -> None:
        door = result.site.geometry.iloc[0].buffer(result.site.snap_m.iloc[0] + 0.05)
        ends = [shapely.intersects(shapely.get_point(result.edges.geometry.to_numpy(), at), door) for at in (0, -1)]
        at_door = result.edges.legs_per_week[ends[0] ^ ends[1]]
        assert at_door.sum() == pytest.approx(legs(result))

    def test_flows_both_ways_and_errands_add_up(self, result: gk.Result) -> None:
        edges = result.edges
        by_function = edges[[f"legs_{function}" for function in errands(result)]].sum(axis=1)
        assert (edges.flow_uv + edges.flow_vu).to_numpy() == pytest.approx(edges.legs_per_week.to_numpy())
        assert by_function.to_numpy() == pytest.approx(edges.legs_per_week.to_numpy())
        assert (edges[["flow_uv", "flow_vu"]].to_numpy() >= 0).all()
        assert (edges.legs_per_week <= 2 * legs(result)).all()

    def test_lengths_are_those_of_the_lines(self, result: gk.Result) -> None:
        assert result.edges.length_m.to_numpy() == pytest.approx(result.edges.geometry.length.to_numpy(), abs=0.01)
        assert result.edges.geometry.is_valid.all()


class TestResult:
    def test_everything_in_one_metric_system(self, result: gk.Result) -> None:
        tables = (result.site, result.study_area, result.edges, result.destinations, result.actors)
        assert {str(table.crs) for table in tables} == {result.manifest["crs"]} == {"EPSG:32635"}

    def test_the_area_has_the_radius_of_the_study(self, result: gk.Result) -> None:
        radius = result.study.reach.radius_m
        assert result.study_area.area.iloc[0] == pytest.approx(np.pi * radius**2, rel=0.002)

    def test_the_shortest_way_is_one_of_many(self, sample: Path, sample_result: gk.Result) -> None:
        """With all on the shortest way the same errands are run, and metres are fewest."""
        study = replace(gk.read_study(sample / "study.toml"), model=Model(method="shortest"))
        shortest = gk.analyse(study)
        assert shortest.access.equals(sample_result.access)
        metres = [(r.edges.legs_per_week * r.edges.length_m).sum() for r in (shortest, sample_result)]
        assert metres[0] < metres[1] < 1.3 * metres[0]


class TestKotka:
    """A suburb where the map is thin."""

    def test_is_told_in_the_table_and_on_the_terminal(self, sample: Path, tmp_path: Path) -> None:
        said = command("run", sample / "study_kotka.toml", "--out", tmp_path)
        assert (said.code, said.err) == (0, "")
        text = " ".join(said.out.split())
        assert "Saknas i kartdata inom 1 200 m: Systembolag, Apotek, Vård, Bibliotek, Mötesplats." in text
        notes = [line for line in (tmp_path / "access.csv").read_text("utf-8").splitlines() if "räckhåll" in line]
        assert notes == [
            "alcohol_shop,8,0,0,,,,inget i kartdata inom räckhåll",
            "pharmacy,8,0,0,,,,inget i kartdata inom räckhåll",
            "healthcare,8,0,0,,,,inget i kartdata inom räckhåll",
            "library,6,0,0,,,,inget i kartdata inom räckhåll",
            "meeting_place,20,0,0,,,,inget i kartdata inom räckhåll",
        ]
        assert "inget inom räckhåll" in (tmp_path / "map.html").read_text("utf-8")

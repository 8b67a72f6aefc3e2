"""Explanations: walks past an actor, against every path, sampled walks, worlds worked by hand, and sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely
from exposure.towns import HOME, LIBRARY, lived, town, uneven
from hypothesis import given
from hypothesis import strategies as st
from routes.graphs import Path as Way
from routes.graphs import even, journeys, networks, path_shares, paths_on_the_ruler, ruler_m
from worlds import World, named

from grannskap.errors import TableError
from grannskap.exposure.behind import Behind, Past
from grannskap.exposure.explain import Passing, explain, main_errands
from grannskap.exposure.rooms import Rooms
from grannskap.exposure.scene import Alongside, Scene
from grannskap.exposure.sentences import Errand, sentence
from grannskap.exposure.zones import Zones
from grannskap.language import texts_for
from grannskap.result import Result
from grannskap.routes.arrivals import Arrivals
from grannskap.routes.network import Floats, Network
from grannskap.routes.roundwalks import ROUND_WALK
from grannskap.routes.trips import Choices
from grannskap.routes.walks import Walks, walk
from grannskap.study.model import Model

FUNCTIONS = ("groceries", "transit", ROUND_WALK)
METHODS = pytest.mark.parametrize("method", ["logit", "shortest", "within_detour"])


@dataclass(frozen=True)
class Town:
    """A network, entrances, places to go to as (node, function, trips, actor that it is), walks that only turn, zones.

    Every option ends at a node of ``edges``; an actor beside ``at_site`` is passed by all.
    """

    edges: pd.DataFrame
    origins: list[int]
    options: list[tuple[int, int, float, int]]
    turning: Mapping[int, float]
    met: Sequence[Sequence[int]]
    at_site: Sequence[bool]

    def behind(self, model: Model) -> tuple[Behind, Walks]:
        net = Network.from_edges(self.edges)
        lines = [shapely.LineString([(0, i), (1, i)]) for i in range(len(self.edges))]
        edges = gpd.GeoDataFrame(self.edges.assign(name=""), geometry=lines, crs=3006)
        options = pd.DataFrame(self.options, columns=["node", "function", "trips_per_week", "door"])
        ids = [f"node/{i}" for i in range(len(options))]
        turning = np.zeros(len(net.nodes))
        turning[net.positions(self.turning)] = list(self.turning.values())
        n = len(self.met)
        scene = Scene(
            arrivals=Arrivals(edges, net, net.positions(self.origins), 0.0, pd.DataFrame()),
            options=options.assign(
                node=net.positions(options.node),
                function=[FUNCTIONS[i] for i in options.function],
                element_id=ids,
                name="",
                kind="shop",
            ),
            choices=Choices((), (), np.empty(0)),
            functions=FUNCTIONS,
            turning=turning,
            crs=3006,
            actors=gpd.GeoDataFrame(
                {"element_id": [f"way/{i}" for i in range(n)], "name": "", "sensitive": False},
                geometry=[shapely.Point(0, 0)] * n,
                crs=3006,
            ),
            place=np.arange(n),
            door=options.door.to_numpy(np.intp),
            rooms=Rooms(np.empty(0, object), np.empty(0, object)),
            seats=gpd.GeoDataFrame({"layer": []}, geometry=[], crs=3006),
        )
        zone = np.repeat(np.arange(n), [len(each) for each in self.met]).astype(np.intp)
        edge = np.array([e for each in self.met for e in sorted(each)], np.intp)
        by = Alongside.of(Zones(zone, edge, np.full(n, None, object)), net, np.array(self.at_site, np.bool_))
        walks = walk(net, scene.arrivals.site, scene.ending, model, costs=net.costs_from(scene.arrivals.site))
        return Behind.of(scene, walks, by), walks

    def trips(self) -> list[tuple[int, int, float, int, int]]:
        """Node, function, walks a week, actor that it is (−1: none) and option (−1: none) of each aim of walks."""
        aims = [(node, column, n, door, i) for i, (node, column, n, door) in enumerate(self.options)]
        return aims + [(node, FUNCTIONS.index(ROUND_WALK), n, -1, -1) for node, n in self.turning.items()]

    def enumerated(self, model: Model) -> tuple[Floats, Floats, Floats]:
        """By function, by option, by edge and function, walking every path: the slow oracle."""
        n = len(self.met)
        by_function = np.zeros((n, len(FUNCTIONS)))
        by_option = np.zeros((n, len(self.options)))
        flow = np.zeros((n, len(self.edges), len(FUNCTIONS)))
        home = self.edges.rename(columns={"cost_uv": "cost_vu", "cost_vu": "cost_uv"})
        for edges in (self.edges, home):
            for node, column, weekly, door, option in self.trips():
                for path, share in self._paths(edges, node, model):
                    used = [edge for edge, *_ in path]
                    for k, mine in enumerate(self.met):
                        if self.at_site[k] or door == k or set(used) & set(mine):
                            by_function[k, column] += weekly * share
                            np.add.at(flow[k, :, column], used, weekly * share)
                            if option >= 0:
                                by_option[k, option] += weekly * share
        return by_function, by_option, flow

    def _paths(self, edges: pd.DataFrame, end: int, model: Model) -> list[tuple[Way, float]]:
        if model.method == "logit":
            return path_shares(edges, self.origins, end, model.theta_per_m)
        ends = {node for node, _, n, *_ in self.trips() if n > 0}
        width = ruler_m(edges, self.origins, ends, model.detour_ratio)
        ratio = model.detour_ratio
        return even(paths_on_the_ruler(edges, self.origins, end, detour_ratio=ratio, width_m=width))


@st.composite
def small_towns(draw: st.DrawFn, *, symmetric: bool = False) -> Town:
    edges = draw(networks(max_nodes=6, max_extra=6, symmetric=symmetric))
    if symmetric:
        edges = edges.assign(cost_uv=edges.length_m, cost_vu=edges.length_m)
    origins, trips = draw(journeys(edges, n_origins=2))
    some = st.lists(st.sampled_from(range(len(edges))), max_size=len(edges), unique=True)
    met = draw(st.lists(some, min_size=1, max_size=4))
    door = st.integers(-1, len(met) - 1)
    options = [(end, draw(st.integers(0, 1)), n, draw(door)) for end, n in trips.items()]
    options += [(end, draw(st.integers(0, 1)), draw(st.floats(0.1, 9.0)), draw(door)) for end in list(trips)[:2]]
    turning = {end: draw(st.floats(0.1, 5.0)) for end in list(trips)[-2:]}
    at_site = draw(st.lists(st.sampled_from([False, False, False, True]), min_size=len(met), max_size=len(met)))
    return Town(edges, origins, options, turning, met, at_site)


MODELS = st.sampled_from(
    [
        Model(),
        Model(theta_per_m=0.005),
        Model(method="within_detour"),
        Model(method="within_detour", detour_ratio=1.6),
    ]
)


def _check_against_every_path(world: Town, model: Model) -> None:
    behind, _ = world.behind(model)
    by_function, by_option, flow = world.enumerated(model)
    past = behind.past(np.arange(len(world.met)))
    np.testing.assert_allclose(past.by_function, by_function, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(past.by_option, by_option, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(past.by_edge, flow.sum(axis=2), rtol=1e-9, atol=1e-9)
    for k in range(len(world.met)):
        np.testing.assert_allclose(behind.flows(k), flow[k], rtol=1e-9, atol=1e-9)


@given(small_towns(), MODELS)
def test_against_every_path(world: Town, model: Model) -> None:
    _check_against_every_path(world, model)


@given(small_towns(symmetric=True), MODELS)
def test_against_every_path_where_both_ways_cost_the_same(world: Town, model: Model) -> None:
    _check_against_every_path(world, model)


@given(small_towns(), st.sampled_from(["logit", "shortest", "within_detour"]))
def test_what_holds_in_any_town(world: Town, method: Any) -> None:
    behind, walks = world.behind(Model(method=method))
    there, home = walks.on_edges(behind.scene.arrivals.net)
    everybody = there + home
    passed = behind.scene.passed(walks, behind.by, _doors(behind.scene))
    past = behind.past(np.arange(len(world.met)))
    np.testing.assert_allclose(past.by_function, passed, rtol=1e-9, atol=1e-9)
    for k, mine in enumerate(world.met):
        flow = behind.flows(k)
        assert (flow >= 0).all()
        assert (flow <= everybody + 1e-9).all()  # never more than all who walk there
        whole = range(len(everybody)) if world.at_site[k] else list(mine)
        np.testing.assert_allclose(flow[whole], everybody[whole], rtol=1e-9, atol=1e-9)  # who walks there, passes
        assert not flow[:, past.by_function[k] == 0].any()
        # At each entrance the walks leave it; at each aim they end: what touches the site is at least what passes.
        site = np.isin(world.edges[["u", "v"]].to_numpy(), world.origins).any(axis=1)
        inside = [n for node, _, n, *_ in world.trips() if node in world.origins]
        assert flow[site].sum() >= past.by_function[k].sum() - 2 * sum(inside) - 1e-9


def _doors(scene: Scene) -> Any:
    from grannskap.exposure.passages import Doors  # noqa: PLC0415

    return Doors.of(scene.door, scene.node, scene.trips)


# By hand. A ring 0–1–3 and 0–2–3 of 100 m stretches, and a street on from 3 to 4.
RING = pd.DataFrame({"u": [0, 1, 0, 2, 3], "v": [1, 3, 2, 3, 4], "length_m": 100.0})


def ring(met: Sequence[int], *, trips: float = 10.0, door: int = -1, at_site: bool = False) -> tuple[Past, Floats]:
    world = Town(RING, [0], [(4, 0, trips, door)], {}, [list(met)], [at_site])
    behind, _ = world.behind(Model())
    return behind.past(np.array([0])), behind.flows(0).sum(axis=1)


def test_walks_past_one_side_of_a_ring_take_that_side_and_the_street_behind() -> None:
    past, flow = ring([0])
    assert past.by_function.tolist() == [[10.0, 0.0, 0.0]]  # half of ten there and ten home
    assert past.by_option.tolist() == [[10.0]]
    np.testing.assert_allclose(flow, [10.0, 10.0, 0.0, 0.0, 10.0])
    assert flow[2] == flow[3] == 0.0  # exactly: nobody who passes walks on the other side


def test_a_visit_passes_by_either_side() -> None:
    past, flow = ring([0], door=0)
    assert past.by_function[0, 0] == pytest.approx(20.0)
    np.testing.assert_allclose(flow, [10.0, 10.0, 10.0, 10.0, 20.0])


def test_beside_the_site_all_pass() -> None:
    past, flow = ring([], at_site=True)
    assert past.by_function[0, 0] == pytest.approx(20.0)
    np.testing.assert_allclose(flow, [10.0, 10.0, 10.0, 10.0, 20.0])


def test_where_nobody_passes_nothing_is_drawn() -> None:
    world = Town(RING, [0], [(1, 0, 3.0, -1)], {}, [[4], []], [False, False])
    behind, _ = world.behind(Model())
    assert not behind.past(np.array([0, 1])).by_edge.any()
    passing = explain(behind, "way/0", language="sv")
    assert passing.sentence() == "Passeras inte av någon beräknad gångväg."
    assert passing.edges.empty
    assert passing.by_destination.empty
    assert passing.by_function.tolist() == [0.0, 0.0, 0.0]


def test_actors_are_asked_in_any_order_and_number() -> None:
    world = Town(RING, [0], [(4, 0, 4.0, -1), (1, 1, 2.0, 2)], {3: 1.0}, [[0], [4], [2, 3]], [False] * 3)
    behind, _ = world.behind(Model())
    whole, some = behind.past(np.arange(3)), behind.past(np.array([2, 0]))
    np.testing.assert_array_equal(some.by_edge, whole.by_edge[[2, 0]])
    assert behind.past(np.empty(0, np.intp)).by_edge.shape == (0, len(RING))


# A town with other costs one way than the other, and the sample.


@METHODS
@pytest.mark.parametrize("rounds", [False, True])
def test_sums_are_the_passages_of_a_town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, rounds: bool
) -> None:
    uneven(monkeypatch)
    result = lived(town(), tmp_path, method=method, rounds=rounds)
    assert len(result.workings.walks.ways) == 2
    for actor_id in result.actors.actor_id:
        _check_passing(result, result.routes(actor_id))


def _check_passing(result: Result, passing: Passing) -> None:
    functions = list(result.workings.scene.functions)
    row = result.actors.set_index("actor_id").loc[passing.actor_id]
    assert passing.by_function.index.tolist() == functions
    assert passing.by_function.tolist() == pytest.approx([row[f"passages_{f}"] for f in functions], abs=1e-9)
    assert passing.by_function.sum() == pytest.approx(row.passages_per_week, abs=1e-9)
    edges = passing.edges
    legs = edges[[f"legs_{f}" for f in functions]]
    assert (edges.legs_per_week > 0).all()
    np.testing.assert_allclose(legs.sum(axis=1), edges.legs_per_week)
    everybody = result.edges.loc[edges.index]
    assert everybody.geometry.geom_equals(edges.geometry).all()
    assert (edges.legs_per_week <= everybody.legs_per_week + 1e-9).all()
    to = passing.by_destination
    named = to.groupby("function").passages_per_week.sum().reindex(functions, fill_value=0.0)
    assert named.tolist() == pytest.approx(passing.by_function.tolist(), abs=1e-9)
    assert to.passages_per_week.is_monotonic_decreasing
    if len(to):
        assert to.share.sum() == pytest.approx(1.0)
        assert to.share.iloc[0] == pytest.approx(to.passages_per_week.iloc[0] / row.passages_per_week)
    for language in ("sv", "en"):
        assert passing.sentence(language).endswith(".")
        assert "{" not in passing.sentence(language)


def test_sums_are_the_passages_of_the_sample(sample_result: Result) -> None:
    scene = sample_result.workings.scene
    past = sample_result.workings.behind().past(np.arange(len(scene.actors)))
    rows = sample_result.actors.set_index("actor_id").loc[scene.actors.element_id]
    expected = rows[[f"passages_{f}" for f in scene.functions]].to_numpy(float)
    assert len(expected) > 300
    np.testing.assert_allclose(past.by_function, expected, rtol=0, atol=1e-9)
    spread = np.linspace(0, len(rows) - 1, 12).astype(int)
    for actor_id in sample_result.actors.actor_id.iloc[spread]:
        _check_passing(sample_result, sample_result.routes(actor_id))


def test_drawn_edges_against_sampled_walks_on_the_sample(sample_result: Result) -> None:
    workings, rng, n_walks = sample_result.workings, np.random.default_rng(5), 4000
    behind, zones = workings.behind(), workings.by.zones
    n_edges, found_some = len(workings.scene.arrivals.edges), 0
    rank = [10, 40, 80]
    for actor_id in sample_result.actors.actor_id.iloc[rank]:
        row = int(np.flatnonzero(workings.scene.actors.element_id == actor_id)[0])
        visited = (workings.scene.door == row) & (workings.scene.options.trips_per_week.to_numpy() > 0)
        if workings.by.at_site[row] or visited.any():
            continue
        found_some += 1
        drawn = sum(
            times * _sampled_past(legs, np.isin(np.arange(n_edges), zones.edge[zones.actor == row]), n_walks, rng)
            for legs, times in workings.walks.ways
        )
        flow = behind.flows(row).sum(axis=1)
        total = float(workings.walks.legs_per_week.sum())
        error = np.sqrt(np.clip(flow / total, 1e-4, 1.0) / n_walks)
        assert (np.abs(drawn - flow) / total < 6.0 * error).all()
    assert found_some


def _sampled_past(legs: Any, zone: npt.NDArray[np.bool_], n_walks: int, rng: np.random.Generator) -> Floats:
    """Walks a week on each edge by those who touch the zone: each walker looks back link by link from where it ends."""
    ending = legs.ending.sum(axis=1)
    into: dict[int, list[int]] = {}
    for link, head in enumerate(legs.head):
        into.setdefault(int(head), []).append(link)
    flow = np.zeros(len(zone))
    for end in rng.choice(len(ending), n_walks, p=ending / ending.sum()):
        at, used = int(end), []
        while links := into.get(at):
            share = legs.probability[links]
            link = links[int(np.searchsorted(np.cumsum(share), rng.uniform() * share.sum(), side="right"))]
            used.append(int(legs.arc[link]) % len(zone))
            at = int(legs.tail[link])
        if zone[used].any():
            np.add.at(flow, used, ending.sum() / n_walks)
    return flow


def test_one_street_by_hand(tmp_path: Path) -> None:
    # Ten walks a week to the shop at 300 m and home again; all pass the preschool at 150 m, none the one beyond it.
    world = World()
    world.way([(0, 0), (300, 0), (600, 0)], "highway=residential", "name=Storgatan")
    world.node(150, 10, "amenity=kindergarten", "name=Förskolan Mitt")
    world.node(550, 10, "amenity=kindergarten", "name=Förskolan Bortom")
    world.node(300, 8, "shop=supermarket", "name=Hallen")
    result = world.analyse(tmp_path, trips={"groceries": 10.0}, model={"draws": 0})
    middle = result.routes(named(result.actors, "Förskolan Mitt").actor_id)
    assert middle.sentence("sv") == "Passeras 20 gånger i veckan, alltid på väg till eller från mataffären Hallen."
    assert middle.sentence("en") == "Passed 20 times a week, always on the way to or from the supermarket Hallen."
    assert middle.edges.length_m.sum() == pytest.approx(300.0, abs=0.1)
    assert set(middle.edges.name) == {"Storgatan"}
    np.testing.assert_allclose(middle.edges.legs_per_week, 20.0)
    np.testing.assert_allclose(middle.edges.legs_groceries, 20.0)
    assert middle.by_destination[["name", "passages_per_week", "share"]].to_numpy().tolist() == [["Hallen", 20.0, 1.0]]
    beyond = result.routes(named(result.actors, "Förskolan Bortom").actor_id)
    assert beyond.sentence() == "Passeras inte av någon beräknad gångväg."
    shop = result.routes(named(result.actors, "Hallen").actor_id)
    assert shop.sentence() == "Passeras 20 gånger i veckan, alltid på väg till eller från platsen själv."


def test_an_id_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    result = lived(town(), tmp_path)
    known = named(result.actors, HOME).actor_id
    with pytest.raises(TableError, match=rf"There is no actor {known}7: .* the nearest is node/\d+\.$"):
        result.routes(f"{known}7")
    with pytest.raises(TableError, match=rf"the nearest is {known}\."):
        result.routes(HOME)


def test_it_shows_itself_in_a_notebook_with_names_as_text(tmp_path: Path) -> None:
    world = town()
    library = next(number for number, (_, tags) in world.nodes.items() if tags.get("name") == LIBRARY)
    world.nodes[library][1]["name"] = "<img src=x onerror=alert(1)>"
    result = lived(world, tmp_path)
    texts = [result.routes(actor_id)._repr_html_() for actor_id in result.actors.actor_id]
    assert any("&lt;img" in text for text in texts)
    assert not any("<img" in text for text in texts)
    assert all("Passeras " in text for text in texts)


# Sentences.

STOP = Errand("transit", 0.612, kind="stop", name="Kaserntorget")


@pytest.mark.parametrize(
    ("n", "errand", "swedish", "english"),
    [
        (
            38.2,
            STOP,
            "Passeras 38 gånger i veckan, främst på väg till eller från hållplatsen Kaserntorget (61 %).",
            "Passed 38 times a week, mostly on the way to or from the stop Kaserntorget (61%).",
        ),
        (
            1.04,
            Errand("groceries", 0.5, kind="supermarket"),
            "Passeras en gång i veckan, främst på väg till eller från en mataffär utan namn i kartdatan (50 %).",
            "Passed once a week, mostly on the way to or from a supermarket without a name in the map data (50%).",
        ),
        (
            0.01,
            Errand(ROUND_WALK, 0.4),
            "Passeras mindre än 0,1 gånger i veckan, främst på promenader utan ärende (40 %).",
            "Passed less than 0.1 times a week, mostly on walks without an errand (40%).",
        ),
        (
            2.5,
            Errand("groceries", 0.3),
            "Passeras 2,5 gånger i veckan, främst på väg till eller från mataffärer (30 %).",
            None,
        ),
        (
            12.0,
            Errand("health_care", 0.9, kind="group_home", name="Hemligt boende", sensitive=True),
            "Passeras 12 gånger i veckan, främst på väg till eller från en plats som inte namnges här (90 %).",
            None,
        ),
        (
            12.0,
            Errand("pharmacy", 0.9, kind="pharmacy", name="Apoteket Svanen"),
            "Passeras 12 gånger i veckan, främst på väg till eller från Apoteket Svanen (90 %).",
            None,
        ),
        (0.0, None, "Passeras inte av någon beräknad gångväg.", "Not passed by any calculated walk."),
    ],
)
def test_sentences_read_aloud(n: float, errand: Errand | None, swedish: str, english: str | None) -> None:
    said = [" ".join(sentence(n, errand, texts_for(language)).split()) for language in ("sv", "en")]
    assert said[0] == swedish
    assert english is None or said[1] == english


def test_most_who_pass_are_told_by_place_only_where_a_quarter_go_there() -> None:
    scene: Any = SimpleNamespace(
        functions=FUNCTIONS,
        options=pd.DataFrame({"function": "groceries", "kind": "shop", "name": ["A", None], "element_id": ["a", "b"]}),
        door=np.array([-1, 1]),
        actors=pd.DataFrame({"sensitive": [False, True]}),
    )

    def main(by_function: list[float], by_option: list[float]) -> Errand | None:
        past = Past(np.array([by_function]), np.array([by_option]), np.empty((1, 0)))
        return main_errands(scene, np.array([0]), past)[0]

    assert main([10.0, 0.0, 0.0], [6.0, 4.0]) == Errand("groceries", 0.6, kind="shop", name="A")
    assert main([10.0, 0.0, 0.0], [4.0, 6.0]) == Errand("groceries", 0.6, kind="shop", sensitive=True)
    assert main([4.0, 6.0, 0.0], [2.0, 2.0]) == Errand("transit", 0.6)
    assert main([6.0, 0.0, 4.0], [3.0, 3.0]) == Errand(ROUND_WALK, 0.4)
    assert main([0.0, 0.0, 0.0], [0.0, 0.0]) is None

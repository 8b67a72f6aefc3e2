"""Walks without an errand: where they turn, worked by hand, and what may not matter."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from routes.graphs import costs_from, networks

from grannskap.routes.flows import edge_flows, walk_legs
from grannskap.routes.network import Floats, Network
from grannskap.routes.roundwalks import Rounds, drawing_m
from grannskap.study import RoundWalks

approx = pytest.approx
PLAIN = RoundWalks(trips_per_week=12, length_m=400, green=0, seats=0, quiet=0)
FACTS = {"near_green": 0.0, "near_seats": 0.0, "quiet": 0.0, "stroll": 1.0}


def two_streets(**east: float) -> pd.DataFrame:
    """From the site (0) two edges of 100 m to the west (1, 2) and two to the east (3, 4), which is what is said."""
    edges = pd.DataFrame({"u": [0, 1, 0, 3], "v": [1, 2, 3, 4], "length_m": 100.0, **FACTS})
    for fact, share in east.items():
        edges.loc[[2, 3], fact] = share
    return edges


FROM_SITE = np.array([0.0, 100.0, 200.0, 100.0, 200.0])


def turning(edges: pd.DataFrame, round_walks: RoundWalks, **other: Any) -> list[float]:
    costs = {"costs": FROM_SITE, "costs_home": FROM_SITE}
    costs |= {name: other.pop(name) for name in costs if name in other}
    drawing = drawing_m(edges, round_walks, n_nodes=len(FROM_SITE))
    rules: dict[str, Any] = {"distances_m": FROM_SITE, "reach_m": 1000.0, **other}
    rounds = Rounds(drawing, round_walks, **rules)
    return [round(float(walks), 9) for walks in rounds.turning_points(**costs)]


def plain(**change: Any) -> RoundWalks:
    return dataclasses.replace(PLAIN, **change)


def test_every_metre_of_an_even_street_is_chosen_alike() -> None:
    assert turning(two_streets(), PLAIN) == [0, 4, 2, 4, 2]  # the inner nodes stand for 100 m, the ends for 50 m


@pytest.mark.parametrize(("fact", "weight"), [("near_green", "green"), ("near_seats", "seats"), ("quiet", "quiet")])
def test_a_street_by_green_seats_or_quiet_draws_more(fact: str, weight: str) -> None:
    edges = two_streets(**{fact: 1.0})
    assert turning(edges, PLAIN) == [0, 4, 2, 4, 2]
    assert turning(edges, plain(**{weight: 2.0})) == [0, 2, 1, 6, 3]  # 1 + 2 to 1


def test_what_draws_adds_up() -> None:
    edges = two_streets(near_green=1.0, near_seats=0.5)
    assert turning(edges, plain(green=2.0, seats=4.0)) == approx([0, 8 / 6, 4 / 6, 40 / 6, 20 / 6])


def test_nobody_turns_where_nobody_strolls() -> None:
    assert turning(two_streets(stroll=0.0), PLAIN) == [0, 8, 4, 0, 0]


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ({"length_m": 399}, {}),
        ({}, {"site_offset_m": 0.5}),
        ({}, {"costs": FROM_SITE * 1.01}),
        ({}, {"costs_home": FROM_SITE * 1.01}),
        ({}, {"reach_m": 199.0}),
        ({}, {"distances_m": FROM_SITE * 6}),
    ],
)
def test_no_walk_is_longer_than_the_profile_says_or_leaves_the_study_area(
    change: dict[str, float], other: dict[str, Any]
) -> None:
    assert turning(two_streets(), plain(**change), **other) == [0, 6, 0, 6, 0]


def test_a_hill_on_the_way_home_shortens_the_walk_as_one_on_the_way_out() -> None:
    home = FROM_SITE + np.array([0, 0, 0, 1, 1])  # perceived metres more from the east
    assert turning(two_streets(), PLAIN, costs_home=home) == approx([0, 4.8, 2.4, 4.8, 0])
    assert turning(two_streets(), PLAIN, costs=home) == approx([0, 4.8, 2.4, 4.8, 0])


def test_what_cannot_be_reached_or_left_is_no_turning_point() -> None:
    shut = np.array([0.0, 100.0, 200.0, np.inf, np.inf])
    assert turning(two_streets(), PLAIN, costs=shut) == [0, 8, 4, 0, 0]
    assert turning(two_streets(), PLAIN, costs_home=shut) == [0, 8, 4, 0, 0]


def test_walks_that_find_no_turning_point_are_not_made() -> None:
    assert turning(two_streets(), plain(length_m=199)) == [0] * 5
    assert turning(two_streets(stroll=0.0), PLAIN, reach_m=1.0) == [0] * 5
    assert turning(two_streets(), RoundWalks()) == [0] * 5


def test_the_walks_are_flows_as_all_others() -> None:
    edges = two_streets(near_green=1.0)
    net = Network.from_edges(edges)
    ending = np.array(turning(edges, plain(green=2.0)))[:, None]
    for method in ("logit", "shortest"):
        legs = walk_legs(net, np.array([0]), ending, method=method, theta_per_m=0.02)
        assert edge_flows(net, legs)[0, :, 0] == approx([3, 1, 9, 3])


shares = st.floats(0, 1)


@st.composite
def streets(draw: st.DrawFn) -> pd.DataFrame:
    edges = draw(networks(one_way=False, symmetric=True))
    return edges.assign(**{fact: [draw(shares) for _ in range(len(edges))] for fact in FACTS})


def from_site(edges: pd.DataFrame, n_nodes: int) -> Floats:
    cost = costs_from(edges, [0])
    return np.array([cost.get(node, np.inf) for node in range(n_nodes)])


def spread(edges: pd.DataFrame, round_walks: RoundWalks, n_nodes: int) -> Floats:
    costs = from_site(edges, n_nodes)
    drawing = drawing_m(edges, round_walks, n_nodes=n_nodes)
    return Rounds(drawing, round_walks, costs, reach_m=500.0).turning_points(costs=costs, costs_home=costs)


walks = st.builds(
    RoundWalks,
    trips_per_week=st.floats(0.1, 100),
    length_m=st.floats(1, 2000),
    green=st.floats(0, 5),
    seats=st.floats(0, 5),
    quiet=st.floats(0, 5),
)


@given(streets(), walks)
def test_all_walks_turn_somewhere_near_or_none_do(edges: pd.DataFrame, round_walks: RoundWalks) -> None:
    n = int(edges[["u", "v"]].to_numpy().max()) + 1
    turn, costs = spread(edges, round_walks, n), from_site(edges, n)
    assert (turn >= 0).all()
    assert turn[0] == 0
    assert (turn[(2 * costs > round_walks.length_m) | (costs > 500)] == 0).all()
    assert turn.sum() == approx(round_walks.trips_per_week) or turn.sum() == 0
    assert spread(edges, dataclasses.replace(round_walks, trips_per_week=2 * round_walks.trips_per_week), n) == approx(
        2 * turn
    )


@given(streets(), walks, st.data())
def test_more_nodes_on_a_street_draw_no_more_to_it(
    edges: pd.DataFrame, round_walks: RoundWalks, data: st.DataObject
) -> None:
    n = int(edges[["u", "v"]].to_numpy().max()) + 1
    row = data.draw(st.integers(0, len(edges) - 1))
    at = data.draw(st.floats(0.1, 0.9))
    pieces = edges.iloc[[row, row]].assign(length_m=edges.length_m[row] * np.array([at, 1 - at]))
    pieces["u"], pieces["v"] = [edges.u[row], n], [n, edges.v[row]]
    cut = pd.concat([edges.drop(index=row), pieces], ignore_index=True)
    before, after = drawing_m(edges, round_walks, n_nodes=n), drawing_m(cut, round_walks, n_nodes=n + 1)
    own = list({int(edges.u[row]), int(edges.v[row])})
    other = np.setdiff1d(np.arange(n), own)
    assert after[other] == approx(before[other])
    assert after[[*own, n]].sum() == approx(before[own].sum())


@given(streets(), walks, st.randoms(use_true_random=False))
def test_names_of_nodes_and_order_of_edges_do_not_matter(
    edges: pd.DataFrame, round_walks: RoundWalks, random: Any
) -> None:
    n = int(edges[["u", "v"]].to_numpy().max()) + 1
    name = np.concatenate([[0], np.array(random.sample(range(1, n), n - 1), int)])
    order = random.sample(range(len(edges)), len(edges))
    other = edges.assign(u=name[edges.u], v=name[edges.v]).iloc[order].reset_index(drop=True)
    assert spread(other, round_walks, n)[name] == approx(spread(edges, round_walks, n), abs=1e-9)

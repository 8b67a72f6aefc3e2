"""Are the intervals as wide as they say? In worlds whose true assumptions are drawn from the stated doubts.

The truth of a world is one draw with a seed of its own: its trips, decay, route choice, perceived lengths, frontage and
missing places. What the study of that world says of each rank is held against the rank in truth.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from exposure.towns import ACTOR, STREET, lived, model_of, passages
from scipy import stats
from worlds import World

from grannskap.exposure.ranking import ranks, with_sureness
from grannskap.exposure.uncertainty import Fronts, doubts, drawn_passages

TOWNS, TRUTHS, DRAWS = 20, 10, 100
HELD = 0.88
TRUE_SEEDS = 1_000_000


def some_town(number: int) -> World:
    """Five streets each way at uneven distances, 40 preschools along them, and nine places to go to."""
    rng = np.random.default_rng(number)
    world = World(bounds=((-400, -400), (800, 800)))
    across, down = (np.append(0.0, rng.uniform(60, 120, 4).cumsum()).round(1).tolist() for _ in range(2))
    for y in down:
        world.way([(x, y) for x in across], STREET)
    for x in across:
        world.way([(x, y) for y in down], STREET)

    def beside() -> tuple[float, float]:
        along, off = rng.uniform(0, min(across[-1], down[-1])), rng.uniform(5, 38) * rng.choice([-1, 1])
        spots = [(along, rng.choice(down) + off), (rng.choice(across) + off, along)]
        x, y = spots[rng.integers(2)]
        return round(float(x), 2), round(float(y), 2)

    for tag, times in {ACTOR: 40, "shop=supermarket": 4, "amenity=library": 2, "amenity=pharmacy": 3}.items():
        for each in range(times):
            world.node(*beside(), tag, f"name={tag} {each}")
    return world


@dataclass(frozen=True)
class Told:
    """Of all actors that the study finds passed: was the rank within its interval? And of one in each world: where?"""

    held: np.ndarray
    at: np.ndarray


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Two hundred worlds: twenty towns with ten truths each, and draws anew for each of them."""
    rng = np.random.default_rng(1)
    held, at = [], []
    for town in range(TOWNS):
        result = lived(some_town(town), Path(tmp_path_factory.mktemp("town")), rounds=True)
        scene, ids = result.workings.scene, result.workings.scene.actors.element_id
        passed = passages(result).to_numpy() > 0  # by the study: who is passed in truth, nobody knows
        fronts = Fronts.around(scene, result.study.model, result.workings.by, doubts())
        for truth in range(TRUTHS):
            seed = town * TRUTHS + truth
            true = drawn_passages(scene, model_of(result, draws=1, seed=TRUE_SEEDS + seed), fronts)
            drawn = drawn_passages(scene, model_of(result, draws=DRAWS, seed=seed), fronts)
            sure = with_sureness(result.actors, drawn, ids).set_index("actor_id").loc[ids]
            rank, found = ranks(true, ids)[:, 0], ranks(drawn, ids)
            held.append(((sure.rank_low <= rank) & (rank <= sure.rank_high)).to_numpy()[passed])
            one = rng.choice(np.flatnonzero(passed))
            lower, same = (found[one] < rank[one]).sum(), (found[one] == rank[one]).sum()
            at.append((lower + rng.random() * (same + 1)) / (DRAWS + 1))
    return Told(np.concatenate(held), np.array(at))


def test_nine_of_ten_intervals_hold_the_true_rank(told: Told) -> None:
    assert len(told.held) > 20 * TOWNS * TRUTHS
    assert HELD <= told.held.mean() < 0.97


def test_true_ranks_lie_anywhere_among_the_drawn(told: Told) -> None:
    """The probability integral transform, with chance where ranks are equal: neither too wide nor too narrow."""
    assert len(told.at) == TOWNS * TRUTHS
    assert stats.kstest(told.at, "uniform").pvalue > 0.01

"""Ways of reckoning a residence from what is published: all that is drawn is used, and each part of it."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from grannskap.public.attack import estimates
from grannskap.public.average import Tried
from grannskap.public.view import PublicView
from grannskap.study.paper import Print

CRS = 3006
Tables = dict[str, gpd.GeoDataFrame]


def points(spots: list[tuple[float, float]], **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*zip(*spots, strict=True)), crs=CRS)


@pytest.fixture
def view() -> PublicView:
    """Three streets, four actors, three places and two houses, each at a spot of its own."""
    streets = [[(400, 0), (800, 0)], [(0, 400), (0, 1000)], [(-400, 0), (-500, 0)]]
    edges = gpd.GeoDataFrame(
        {
            "edge": range(3),
            "name": "",
            "highway": "footway",
            "walks_class": [1, 0, -1],
            "length_m": [400.0, 600.0, 100.0],
        },
        geometry=[shapely.LineString(spots) for spots in streets],
        crs=CRS,
    )
    spots = [(0.0, 0.0), (10.0, 300.0), (600.0, 20.0), (900.0, 40.0)]
    actors = points(spots, name=[""] * 4, kind=["cafe"] * 4, often=[0, 1, 2, 3])
    places = points(
        [(-700.0, 0.0), (-600.0, 900.0), (500.0, 60.0)],
        name=[""] * 3,
        kind=["stop"] * 3,
        function=["transit", "transit", "groceries"],
    )
    houses = gpd.GeoDataFrame(geometry=[shapely.box(100, 100, 110, 110), shapely.box(-300, 0, -270, 30)], crs=CRS)
    green = gpd.GeoDataFrame(geometry=[shapely.box(700, -20, 740, 20), shapely.box(-900, 0, -880, 20)], crs=CRS)
    none = gpd.GeoDataFrame(geometry=[], crs=CRS)
    return PublicView(
        shows="walks",
        settings=None,  # type: ignore[arg-type]
        paper=Print(),
        data_date="2026-01",
        crs=CRS,
        hidden=shapely.box(-400, -400, 400, 400),
        area=shapely.box(-1200, -1200, 1200, 1200),
        edges=edges,
        actors=actors,
        places=places,
        access=pd.DataFrame(),
        kinds=pd.DataFrame(),
        ground={"buildings": houses, "green": green, "water": none},
    )


@pytest.fixture
def rerun() -> Tried:
    """Two addresses, of which the second has just the walks that are published."""
    nothing = np.empty((0, 2))
    return Tried(
        spots=np.array([[50.0, 50.0], [200.0, -300.0]]),
        edges=gpd.GeoDataFrame(geometry=[], crs=CRS),
        legs=np.array([[0.0, 12.0], [0.0, 7.0], [30.0, 0.0]]),
        actors=gpd.GeoDataFrame(geometry=[], crs=CRS),
        passages=nothing,
        options=pd.DataFrame(),
        trips=nothing,
        within_reach=nothing.astype(bool),
    )


def test_each_middle_is_that_of_what_it_names(view: PublicView, rerun: Tried) -> None:
    found = estimates(view, rerun)
    assert found["middle of the map"] == (0.0, 0.0)
    assert found["actors: mean"] == pytest.approx((377.5, 90.0))
    assert found["actors: median"] == pytest.approx((10.0, 20.0))
    assert found["actors of class 2 or more: mean"] == pytest.approx((750.0, 30.0))
    assert found["actors by how often they are passed: mean"] == pytest.approx(((10 + 1200 + 2700) / 6, 460 / 6))
    assert found["places: mean"] == pytest.approx((-800 / 3, 320.0))
    assert found["places for transit: middle of the box"] == pytest.approx((-650.0, 450.0))
    assert found["actors and places: median"] == pytest.approx((10.0, 40.0))
    assert found["buildings: mean"] == pytest.approx((-90.0, 60.0))
    assert found["green: middle of the box"] == pytest.approx((-85.0, 5.0))
    assert found["largest house without walks"] == pytest.approx((-285.0, 15.0))
    assert found["floors without walks: mean"] == pytest.approx((-246.0, 24.0))
    assert found["streets: mean"] == pytest.approx(((400 * 600 - 100 * 450) / 1100, 600 * 700 / 1100))
    assert found["walked streets: mean"] == pytest.approx((300.0, 350.0))
    assert found["walks of class 0 or more: mean"] == pytest.approx((240.0, 420.0))
    assert found["walks, street by street: mean"] == pytest.approx((400.0, 700 / 3))
    assert found["walks: mean"] == pytest.approx((4000 * 600 / 7000, 3000 * 700 / 7000))
    assert found["walks of class 1 or more: mean"] == pytest.approx((600.0, 0.0))
    assert found["where walks are cut off: mean"] == pytest.approx((800 / 3, 400 / 3))
    assert found["where most walks are cut off: mean"] == pytest.approx((400.0, 0.0))
    assert found["where cut walks would meet"] == pytest.approx((0.0, 0.0))
    assert found["address whose walks fit best"] == pytest.approx((200.0, -300.0))


def test_every_part_of_what_is_published_moves_a_guess(view: PublicView, rerun: Tried) -> None:
    """Whatever is drawn is used: nothing can be shown that the attack does not look at."""
    before = estimates(view, rerun)
    parts: Tables = {"edges": view.edges, "actors": view.actors, "places": view.places}
    changed = [replace(view, **{name: table.iloc[1:]}) for name, table in parts.items()]  # type: ignore[arg-type]
    changed += [
        replace(view, actors=view.actors.assign(often=1)),
        replace(view, edges=view.edges.assign(walks_class=[0, 1, -1])),
        replace(view, places=view.places.assign(function="transit")),
        *(replace(view, ground=view.ground | {name: view.ground[name].iloc[1:]}) for name in ("buildings", "green")),
        replace(view, hidden=view.hidden.buffer(-50)),
        replace(view, area=shapely.box(-1200, -1200, 1300, 1200)),
    ]
    for other in changed:
        assert estimates(other, rerun) != before
    assert estimates(view, rerun.only(np.array([True, False]))) != before


def test_without_walks_they_are_not_looked_for(view: PublicView, rerun: Tried) -> None:
    bare = replace(view, shows="places", edges=view.edges.assign(walks_class=-1), actors=view.actors.assign(often=0))
    found = estimates(bare, rerun)
    assert not [name for name in found if "walks fit" in name or name.startswith(("walk", "where"))]
    assert {"actors: median", "places for groceries: mean", "houses without walks: mean"} <= set(found)


def test_without_a_map_there_is_nothing_to_reckon_with(view: PublicView, rerun: Tried) -> None:
    assert estimates(replace(view, shows="kinds"), rerun) == {}


def test_whence_actors_are_passed_less_and_less_is_found(view: PublicView, rerun: Tried) -> None:
    """Most actors lie east of the residence, so that no middle is near it; their classes tell it all the same."""
    chance = np.random.default_rng(5)
    spots = chance.uniform((-300, -700), (1500, 700), size=(300, 2))
    far = np.hypot(*spots.T)
    often = np.select([far < 150, far < 300, far < 500], [3, 2, 1], default=0)
    actors = gpd.GeoDataFrame({"often": often}, geometry=shapely.points(spots), crs=CRS)
    found = estimates(replace(view, actors=actors), rerun)
    assert np.hypot(*found["where actors are passed most"]) < 100
    assert np.hypot(*found["actors: median"]) > 400
    assert np.hypot(*found["actors of class 3 or more: mean"]) < 50

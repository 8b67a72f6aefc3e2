"""Both legs of every walk, minutes and visits: the table of actors in a world worked by hand."""

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from grannskap.exposure.actors import passed_actors
from grannskap.exposure.scene import scene
from grannskap.place.place import Place
from grannskap.place.streets import Streets
from grannskap.routes.arrivals import Arrivals
from grannskap.routes.network import Network
from grannskap.routes.trips import Choices
from grannskap.routes.walks import walk
from grannskap.study.model import Model

EAST, NORTH = 500_000.0, 6_400_000.0
ORIGIN = np.array([EAST, NORTH])
FUNCTIONS = ("shop", "care")

# A ring of streets around a block of 200 × 100 m. Node 0 (the site) is its south-west corner, 1 south-east, 2
# north-east, 3 north-west; the shop is at node 2. Both ways round are 300 m long.
CORNERS = [(0, 0), (200, 0), (200, 100), (0, 100)]
ENDS = [(0, 1), (1, 2), (2, 3), (3, 0)]


def edges(**costs: Any) -> gpd.GeoDataFrame:
    lines = shapely.linestrings(np.array([[CORNERS[u], CORNERS[v]] for u, v in ENDS], float) + ORIGIN)
    columns = {"u": [u for u, _ in ENDS], "v": [v for _, v in ENDS], "length_m": shapely.length(lines), **costs}
    return gpd.GeoDataFrame(columns, geometry=lines, crs=3006).assign(layer=np.zeros(4, np.int8))


def places(**shapes: Any) -> gpd.GeoDataFrame:
    at = [shapely.transform(shape, lambda xy: xy + ORIGIN) for shape in shapes.values()]
    columns = {
        "element_id": [f"node/{i}" for i in range(len(at))],
        "kind": "library",
        "name": list(shapes),
        "layer": np.zeros(len(at), np.int8),
        "passable": True,
        "actor": True,
        "sensitive": False,
        "frontage": at,
    }
    return gpd.GeoDataFrame(columns, geometry=at, crs=3006)


def table(
    there: gpd.GeoDataFrame, *trips: tuple[int, int, str, float], streets: gpd.GeoDataFrame | None = None
) -> pd.DataFrame:
    """Actors by name, for trips (row of the place or −1, node, function, a week)."""
    streets = edges() if streets is None else streets
    net = Network.from_edges(pd.DataFrame(streets.drop(columns="geometry")))
    site = np.array([0])
    metres = net.distances_m([0])
    options = pd.DataFrame(trips, columns=["place", "node", "function", "trips_per_week"])
    options["distance_m"] = metres[options.node]
    arrivals = Arrivals(streets, net, site, 0.0, pd.DataFrame())
    place = Place(
        crs=3006,
        streets=Streets(streets, np.array(CORNERS, float), {}),
        places=there,
        destinations=pd.DataFrame(),
        access=pd.DataFrame(),
        barriers=np.empty(0, object),
        seats=gpd.GeoDataFrame({"layer": []}, geometry=[], crs=3006),
        ground={},
        bounds=(0.0, 0.0, 1.0, 1.0),
        data_date="",
        source={},
        dropped={},
    )
    here = scene(
        place,
        arrivals,
        options,
        Choices((), (), np.empty(0)),
        area=shapely.Point(EAST, NORTH).buffer(1000.0),
        functions=FUNCTIONS,
        turning=np.zeros(len(net.nodes)),
    )
    walks = walk(net, site, here.ending, Model(), costs=net.costs_from(site))
    found = passed_actors(here, walks, here.alongside(30.0), speed_km_h=6.0, distances_m=metres)
    return pd.DataFrame(found).set_index("name")


def test_passages_minutes_and_visits_by_hand() -> None:
    # Ten trips a week to the shop at the far corner, half of them by each way round, there and back: 20 legs.
    found = table(
        places(
            south=shapely.Point(100, -18),  # 18 m south of the southern street: a chord of 48 m
            shop=shapely.Point(205, 105),  # behind the far corner: everybody comes there
            home=shapely.Point(-5, -5),  # behind the site: everybody leaves there
            far=shapely.Point(100, 50),  # in the middle of the block, 50 m from every street
        ),
        (1, 2, "shop", 10.0),
    )
    np.testing.assert_allclose(found.passages_per_week[["south", "shop", "home", "far"]], [10.0, 20.0, 20.0, 0.0])
    np.testing.assert_allclose(found.share_of_trips[["south", "shop", "home", "far"]], [0.5, 1.0, 1.0, 0.0])
    np.testing.assert_allclose(found.visits_per_week[["south", "shop", "home", "far"]], [0.0, 10.0, 0.0, 0.0])
    # 10 legs × 48 m at 100 m a minute: 4.8 minutes.
    assert found.minutes_per_week["south"] == pytest.approx(4.8, rel=0.01)
    assert found.minutes_per_week["far"] == 0.0
    # 100 m along the southern street and 18 m off it; the shop is 300 m away by its own row of destinations.
    np.testing.assert_allclose(found.distance_m[["south", "shop"]], [118.0, 300.0])
    assert found["rank"].to_dict() == {"shop": 1, "home": 2, "south": 3, "far": 4}
    assert found.main_function.to_dict() == {"shop": "shop", "home": "shop", "south": "shop", "far": ""}


def test_by_function() -> None:
    found = table(places(south=shapely.Point(100, -10)), (-1, 2, "shop", 10.0), (-1, 1, "care", 3.0)).loc["south"]
    assert found.passages_shop == pytest.approx(10.0)
    assert found.passages_care == pytest.approx(6.0)
    assert found.passages_per_week == pytest.approx(16.0)
    assert found.share_of_trips == pytest.approx(16.0 / 26.0)
    assert found.main_function == "shop"


def test_another_way_home() -> None:
    # The southern street is closed towards the site: half go out by it and nobody comes home by it.
    streets = edges(cost_uv=[200.0, 100.0, 200.0, 100.0], cost_vu=[math.inf, 100.0, 200.0, 100.0])
    there = places(south=shapely.Point(100, -10), north=shapely.Point(100, 110), west=shapely.Point(-10, 50))
    found = table(there, (-1, 2, "shop", 10.0), streets=streets)
    np.testing.assert_allclose(found.passages_per_week[["south", "north", "west"]], [5.0, 15.0, 15.0])


def test_what_is_upstairs_is_visited_but_not_passed_by_chance() -> None:
    there = places(upstairs=shapely.Point(100, -5), dentist=shapely.Point(205, 105)).assign(passable=[False, False])
    found = table(there, (1, 2, "care", 4.0), (-1, 2, "shop", 10.0))
    assert found.passages_per_week.to_dict() == {"dentist": pytest.approx(8.0), "upstairs": 0.0}
    assert found.visits_per_week.to_dict() == {"dentist": pytest.approx(4.0), "upstairs": 0.0}
    assert found.minutes_per_week.tolist() == [0.0, 0.0]


def test_nobody_walks() -> None:
    found = table(places(south=shapely.Point(100, -10)))
    assert found.passages_per_week.tolist() == [0.0]
    assert found.share_of_trips.tolist() == [0.0]


def test_no_actors() -> None:
    assert table(places(), (-1, 2, "shop", 10.0)).empty

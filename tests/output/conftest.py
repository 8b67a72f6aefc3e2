"""A small result made by hand, for everything that writes results.

Two streets and a path near Helsinki's centre, in EPSG:32635, with the house in (0, 0)::

                 park            y = 150
                  |  Parkvägen, 10 legs
    house --------+-------- shop    Storgatan: 40 legs, then 30
      |  (nobody walks here)
"""

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from grannskap.study.model import FunctionDemand, Model, Profile, Reach, Site, Study

if TYPE_CHECKING:
    from grannskap.result import Result, Workings

CRS = 32635
X, Y = 385_600.0, 6_672_300.0

HOSTILE_NAMES = (
    '<img src=x onerror="window.pwned=1">',
    "</script><script>window.pwned=2</script>",
    "`${window.pwned=3}`",
    "{{ 7 * 7 }} {window.pwned}",
    "مقهى السلام",
    "Kafé 🌷 & Co",
)


def at(x: float, y: float) -> Point:
    return Point(X + x, Y + y)


def square(x: float, y: float, side: float) -> BaseGeometry:
    return shapely.box(X + x, Y + y, X + x + side, Y + y + side)


def frame(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)


def with_degrees(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    degrees = table.representative_point().to_crs(4326)
    return table.assign(lon=degrees.x, lat=degrees.y)


def make_study(name: str) -> Study:
    demand = FunctionDemand(trips_per_week=20.0)
    functions = {"transit": demand, "groceries": demand, "pharmacy": demand}
    return Study(
        name=name,
        site=Site(lat=60.17, lon=24.94),
        reach=Reach(radius_m=300.0),
        profile=Profile(name="standard", functions=functions),
    )


def make_edges() -> gpd.GeoDataFrame:
    lines = [
        ("way/1", "Storgatan", "residential", (0, 0), (100, 0), 40.0),
        ("way/1", "Storgatan", "residential", (100, 0), (200, 0), 30.0),
        ("way/2", HOSTILE_NAMES[0], "footway", (100, 0), (100, 150), 10.0),
        ("way/3", "", "primary", (0, 0), (0, -100), 0.0),
    ]
    rows = [
        {
            "way_id": way,
            "name": name,
            "highway": highway,
            "layer": 0,
            "length_m": at(*start).distance(at(*end)),
            "flow_uv": legs / 2,
            "flow_vu": legs / 2,
            "legs_per_week": legs,
            "legs_transit": legs / 4,
            "legs_groceries": 3 * legs / 4,
            "legs_pharmacy": 0.0,
            "geometry": shapely.LineString([at(*start), at(*end)]),
        }
        for way, name, highway, start, end, legs in lines
    ]
    return frame(rows)


def make_destinations() -> gpd.GeoDataFrame:
    places = [
        ("node/1", "Torget", "stop", "transit", at(200, 0), 10.0),
        ("node/2", HOSTILE_NAMES[1], "supermarket", "groceries", at(200, 5), 28.0),
        ("node/3", "", "supermarket", "groceries", at(100, 150), 2.0),
        ("node/9", "Hemligt boende", "meeting_place", "groceries", at(50, 5), 1.0),
    ]
    rows = [
        {
            "destination_id": key,
            "name": name,
            "kind": kind,
            "function": function,
            "distance_m": 200.0,
            "cost_m": 230.0,
            "trips_per_week": trips,
            "geometry": shape,
        }
        for key, name, kind, function, shape, trips in places
    ]
    return with_degrees(frame(rows))


def actor_row(rank: int, name: str, kind: str, shape: BaseGeometry, legs: float) -> dict[str, Any]:
    return {
        "rank": rank,
        "actor_id": f"node/{100 + rank}",
        "name": name,
        "kind": kind,
        "distance_m": at(0, 0).distance(shape),
        "passages_per_week": legs,
        "visits_per_week": 0.0,
        "minutes_per_week": legs / 4,
        "share_of_trips": legs / 40,
        "rank_low": float("nan"),
        "rank_high": float("nan"),
        "p_top10": float("nan"),
        "main_function": "groceries" if legs else "",
        "passages_transit": legs / 4,
        "passages_groceries": 3 * legs / 4,
        "passages_pharmacy": 0.0,
        "sensitive": False,
        "source": "osm",
        "geometry": shape,
    }


def make_actors() -> gpd.GeoDataFrame:
    rows = [
        actor_row(rank, name, "cafe", at(25 * rank, 10), 41.0 - rank)
        for rank, name in enumerate(HOSTILE_NAMES, start=1)
    ]
    rows += [
        actor_row(7, "", "shop", at(150, -10), 30.0),
        actor_row(8, "Förskolan Ängen", "preschool", square(160, 10, 30), 29.0),
        actor_row(9, "Hemligt boende", "group_home", at(50, 5), 28.0),
        actor_row(10, "Kiosken", "<b>own kind</b>", at(90, -8), 27.0),
        actor_row(11, "Skomakaren", "shop", at(95, 60), 10.0),
        actor_row(12, "Långt borta", "office", at(-200, 0), 0.0),
    ]
    table = with_degrees(frame(rows))
    secret = table["kind"] == "group_home"
    return table.assign(sensitive=secret, actor_id=table["actor_id"].mask(secret, "node/9"))


def make_access() -> pd.DataFrame:
    rows = [("transit", 10.0, 1.0, 1, 200.0), ("groceries", 30.0, 1.0, 2, 200.0)]
    rows += [("pharmacy", 20.0, 0.0, 0, float("nan"))]
    columns = ["function", "trips_per_week", "served_share", "n_within_reach", "nearest_m"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(mean_m=table["nearest_m"], detour_factor=1.15, note="")


def make_sensitivity() -> pd.DataFrame:
    rows = [("frontage_m", 30.0, 20.0, 0.8123456, 0.7), ("method", "logit", "shortest", 0.9, 0.8)]
    rows += [("trips_transit", "profile", "× 2", 0.95, 1.0), ("theta_per_m", 0.02, 0.01, float("nan"), float("nan"))]
    return pd.DataFrame(rows, columns=["assumption", "value", "tried", "rank_correlation", "top10_overlap"])


def make_ground() -> dict[str, gpd.GeoDataFrame]:
    return {
        "buildings": frame([{"geometry": square(10, 10, 20)}, {"geometry": square(120, 10, 25)}]),
        "green": frame([{"geometry": square(80, 150, 90)}]),
        "water": frame([{"geometry": square(-200, 100, 120)}]),
    }


def make_workings() -> "Workings":
    """Walks on these streets to these destinations and home again, and who lies within 30 m of them.

    The numbers of the tables are others, so that a test sees from where something is told.
    """
    from grannskap.exposure.rooms import Rooms  # noqa: PLC0415
    from grannskap.exposure.scene import Scene  # noqa: PLC0415
    from grannskap.result import Workings  # noqa: PLC0415
    from grannskap.routes.arrivals import Arrivals  # noqa: PLC0415
    from grannskap.routes.network import Network  # noqa: PLC0415
    from grannskap.routes.trips import Choices  # noqa: PLC0415
    from grannskap.routes.walks import walk  # noqa: PLC0415

    edges = make_edges().assign(u=[0, 1, 1, 0], v=[1, 2, 3, 4], unlit=[0.0, 1.0, np.nan, np.nan])
    net = Network.from_edges(edges)
    options = make_destinations().rename(columns={"destination_id": "element_id"}).assign(node=[2, 2, 3, 1])
    table = make_actors()
    actors = table.rename(columns={"actor_id": "element_id"}).assign(frontage=table.geometry, layer=0, passable=True)
    actors["tags"] = pd.Series([{} for _ in range(len(actors))], index=actors.index, dtype=object)
    row = {key: i for i, key in enumerate(actors.element_id)}
    scene = Scene(
        arrivals=Arrivals(edges, net, np.array([0]), 0.0, pd.DataFrame()),
        options=options,
        choices=Choices((), (), np.empty(0)),
        functions=("transit", "groceries", "pharmacy"),
        turning=np.zeros(len(net.nodes)),
        crs=CRS,
        actors=actors,
        place=np.arange(len(actors)),
        door=np.array([row.get(key, -1) for key in options.element_id]),
        rooms=Rooms(actors.frontage.to_numpy(object), np.empty(0, object)),
        seats=frame([{"layer": 0, "geometry": spot} for spot in (at(110, 120), at(60, -4), at(900, 0))]),
    )
    costs = net.costs_from(scene.arrivals.site)
    return Workings(scene, walk(net, scene.arrivals.site, scene.ending, Model(), costs=costs), scene.alongside(30.0))


@pytest.fixture
def hostile_names() -> tuple[str, ...]:
    """The names of the first actors of the small result, rank 1 first."""
    return HOSTILE_NAMES


@pytest.fixture
def small_result() -> "Result":
    """A result of four edges, four destinations and twelve actors, some with hostile names."""
    from grannskap.result import Result  # noqa: PLC0415

    return Result(
        study=make_study('Exempel <script>window.pwned="name"</script>'),
        site=frame([{"geometry": at(0, 0)}]),
        study_area=frame([{"geometry": at(0, 0).buffer(300)}]),
        edges=make_edges(),
        destinations=make_destinations(),
        actors=make_actors(),
        access=make_access(),
        sensitivity=make_sensitivity(),
        ground=make_ground(),
        workings=make_workings(),
        manifest={"source": {"path": "somewhere.osm.pbf", "data_date": "2020-12-14T20:00:00Z"}},
    )

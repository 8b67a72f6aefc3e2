"""What makes a street feel longer moves the walks: each input of the map and of the study is shown to change the flows.

Two ways of 400 m lead from the site to the shop, one to the north and one to the south, mirrored. What is put on the
northern one makes it d perceived metres longer than the other, and by the logit 1 / (1 + e^(θ·d)) of the walks take it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import EAST, NORTH, Spot, World, degrees

import grannskap as gk
from grannskap.errors import SourceError, StudyError

TRIPS = 10.0
THETA = 0.02
ARM_M = 400.0
STREET = "highway=residential"
NORTHERN = [(50.0, 0.0), (50.0, 100.0), (150.0, 100.0), (250.0, 100.0), (250.0, 0.0)]
TOP = (150.0, 100.0)


@dataclass(frozen=True)
class Share:
    """Share of the walks there and of the walks home that take the northern way."""

    there: float
    home: float


def world(*northern: str, arm: Callable[[World], object] | None = None) -> World:
    """Two ways round; the northern one has these tags, or is drawn by ``arm``."""
    made = World(bounds=((-100, -300), (500, 300)))
    made.way([(0, 0), (50, 0)], STREET)
    made.way([(x, -y) for x, y in NORTHERN], STREET, "name=Söder")
    made.way([(250, 0), (300, 0)], STREET)
    made.node(300, 0, "shop=supermarket", "name=Affären", anew=True)
    if arm is None:
        made.way(NORTHERN, STREET, "name=Norr", *northern)
    else:
        arm(made)
    return made


def shares(result: gk.Result) -> Share:
    """Of the walks there and home, by the first piece of the northern way (which is drawn away from the site)."""
    edges = result.edges[result.edges.name == "Norr"]
    assert len(edges)
    middle = edges.geometry.interpolate(0.5, normalized=True)
    assert (middle.y.to_numpy() > NORTH).all()
    first = edges[edges.geometry.distance(_spot((50, 0))) < 1.0].iloc[0]
    return Share(first.flow_uv / TRIPS, first.flow_vu / TRIPS)


def _spot(spot: Spot) -> Any:
    import shapely  # noqa: PLC0415

    return shapely.Point(EAST + spot[0], NORTH + spot[1])


def walked(made: World, folder: Path, **parts: Any) -> Share:
    model = {"draws": 0, "theta_per_m": THETA} | parts.pop("model", {})
    return shares(made.analyse(folder, (0, 0), trips={"groceries": TRIPS}, model=model, **parts))


def logit(longer_m: float) -> float:
    return 1.0 / (1.0 + math.exp(THETA * longer_m))


def with_steps(*tags: str) -> Callable[[World], None]:
    def arm(made: World) -> None:
        made.way([*NORTHERN[:2], (140, 100)], STREET, "name=Norr")
        made.way([(140, 100), (160, 100)], "highway=steps", *tags)
        made.way([(160, 100), *NORTHERN[3:]], STREET, "name=Norr")

    return arm


def with_arterial(*node: str, way: tuple[str, ...] = ()) -> Callable[[World], None]:
    """A road across the northern way, which meets it in a node with these tags."""

    def arm(made: World) -> None:
        made.way(NORTHERN, STREET, "name=Norr")
        made.way([(150, 60), TOP, (150, 140)], "highway=secondary", *way)
        if node:
            made.node(*TOP, *node)

    return arm


def beside_arterial(made: World) -> None:
    """A road with traffic, 12 m from 4 of the 10 spots on the northern way; nothing links them."""
    made.way(NORTHERN, STREET, "name=Norr")
    made.way([(60, 112), (240, 112)], "highway=primary")


def among_shops(made: World) -> None:
    """Three shops within 30 m of 2 of the 10 spots on the northern way."""
    made.way(NORTHERN, STREET, "name=Norr")
    for x in (145, 150, 155):
        made.node(x, 105, "shop=clothes")


def over_a_top(ele: tuple[str, str]) -> Callable[[World], None]:
    """A path branches off at the top of the northern way, so that a node is there; it and both ends have heights."""

    def arm(made: World) -> None:
        made.way(NORTHERN, STREET, "name=Norr")
        made.way([TOP, (150, 130)], "highway=path")
        for spot in ((50, 0), (250, 0)):
            made.node(*spot, f"ele={ele[0]}")
        made.node(*TOP, f"ele={ele[1]}")

    return arm


CASES: dict[str, tuple[World, float, float]] = {
    "nothing": (world(), 0, 0),
    "incline": (world("incline=5%"), 0.5 * ARM_M, 0),
    "incline, downwards": (world("incline=-5%"), 0, 0.5 * ARM_M),
    "incline, steep": (world("incline=15%"), 1.5 * ARM_M, ARM_M * math.expm1(3.5 * 0.05)),
    "incline, up": (world("incline=up"), 0.5 * ARM_M, 0),
    "ele": (world(arm=over_a_top(("0", "10"))), 0.5 * ARM_M / 2, 0.5 * ARM_M / 2),
    "steps": (world(arm=with_steps()), 30 * 5.1 / 3.6, 30 * 5.1 / 3.6),
    "step_count": (world(arm=with_steps("step_count=45")), 90 * 5.1 / 3.6, 90 * 5.1 / 3.6),
    "busy": (world(arm=beside_arterial), 0.14 * 0.4 * ARM_M, 0.14 * 0.4 * ARM_M),
    "commercial": (world(arm=among_shops), -0.28 * 0.2 * ARM_M, -0.28 * 0.2 * ARM_M),
    "crossing": (world(arm=with_arterial()), 70, 70),
    "crossing, marked": (world(arm=with_arterial("highway=crossing", "crossing=uncontrolled")), 70, 70),
    "crossing, signals": (world(arm=with_arterial("highway=crossing", "crossing=traffic_signals")), 0, 0),
    "crossing, half a road": (world(arm=with_arterial(way=("oneway=yes",))), 35, 35),
    "surface": (world("surface=gravel"), 0.1 * ARM_M, 0.1 * ARM_M),
    "surface, setts": (world("surface=sett"), 0.05 * ARM_M, 0.05 * ARM_M),
    "surface, even": (world("surface=asphalt"), 0, 0),
    "surface, unknown": (world("surface=lava"), 0, 0),
    "private": (world("access=private"), 0.5 * ARM_M, 0.5 * ARM_M),
    "unlit by day": (world("lit=no"), 0, 0),
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_map_tells_moves_the_walks_by_as_much_as_its_rule_says(tmp_path: Path, case: str) -> None:
    made, there_m, home_m = CASES[case]
    found = walked(made, tmp_path)
    assert found.there == pytest.approx(logit(there_m), rel=5e-3)
    assert found.home == pytest.approx(logit(home_m), rel=5e-3)


@pytest.mark.parametrize(
    ("lit", "dark", "longer_m"),
    [("no", True, 0.3 * ARM_M), ("yes", True, 0), ("", True, 0), ("no", False, 0), ("limited", True, 0)],
)
def test_lighting_counts_in_the_dark_only_and_only_where_it_is_known(
    tmp_path: Path, lit: str, dark: bool, longer_m: float
) -> None:
    found = walked(world(*([f"lit={lit}"] if lit else [])), tmp_path, model={"dark": dark})
    assert found.there == pytest.approx(logit(longer_m), rel=5e-3)


def test_the_walker_of_the_profile_changes_what_is_felt(tmp_path: Path) -> None:
    made = world(arm=with_steps())
    profile = {"name": "errands.toml"}
    standard = walked(made, tmp_path, profile=profile)
    senior = walked(made, tmp_path, profile=profile | {"walker": "senior"})
    wheelchair = walked(made, tmp_path, profile=profile | {"walker": "wheelchair"})
    assert standard.there == pytest.approx(logit(30 * 5.1 / 3.6), rel=5e-3)
    assert senior.there == pytest.approx(logit(60 * 3.4 / 3.6), rel=5e-3)
    assert wheelchair == Share(0.0, 0.0)


def test_the_walker_changes_speed_unless_the_profile_tells_it(tmp_path: Path) -> None:
    def minutes(**profile: Any) -> float:
        made = world()
        made.node(150, 110, "amenity=library", "name=Biblioteket", anew=True)
        result = made.analyse(
            tmp_path, trips={"groceries": TRIPS}, profile={"name": "errands.toml"} | profile, model={"draws": 0}
        )
        return float(result.actors.set_index("name").minutes_per_week["Biblioteket"])

    assert minutes(walker="senior") == pytest.approx(minutes() * 5.1 / 3.4)
    assert minutes(walker="senior", speed_km_h=5.1) == pytest.approx(minutes())


def test_who_cannot_take_steps_has_an_unmet_need_where_there_is_no_other_way(tmp_path: Path) -> None:
    made = World(bounds=((-100, -100), (500, 100)))
    made.way([(0, 0), (100, 0)], STREET)
    made.way([(100, 0), (120, 0)], "highway=steps")
    made.way([(120, 0), (300, 0)], STREET)
    made.node(290, 5, "shop=supermarket", "name=Affären")
    served = {
        walker: made.analyse(
            tmp_path,
            trips={"groceries": TRIPS},
            profile={"name": "errands.toml", "walker": walker},
            model={"draws": 0},
        ).edges.legs_per_week.sum()
        for walker in ("standard", "wheelchair")
    }
    assert served["standard"] > 0
    assert served["wheelchair"] == 0


def test_nobody_in_a_wheelchair_begins_or_ends_on_steps(tmp_path: Path) -> None:
    """Site and shop lie beside flights of steps; a street farther off goes round them."""
    made = World(bounds=((-100, -100), (400, 400)))
    made.way([(0, 0), (50, 0)], "highway=steps")
    made.way([(50, 0), (150, 0), (250, 0)], STREET)
    made.way([(250, 0), (300, 0)], "highway=steps")
    made.way([(0, 0), (0, 60), (150, 60), (300, 60), (300, 0)], STREET)
    made.way([(150, 0), (150, 60)], STREET)
    made.node(270, -5, "shop=supermarket")
    profile = {"name": "errands.toml", "walker": "wheelchair"}
    table = made.analyse(
        tmp_path, (30, -5), trips={"groceries": TRIPS}, profile=profile, model={"draws": 0}
    ).destinations
    assert table.trips_per_week.tolist() == [TRIPS]
    assert table.distance_m.tolist() == pytest.approx([2 * np.hypot(20, 5) + 200], abs=0.5)


def test_a_perceived_length_changes_which_shop_is_nearest(tmp_path: Path) -> None:
    """One shop 200 m up a hill, one 250 m away on the level: the nearest in metres is not the nearest on foot."""

    def chosen(*tags: str) -> str:
        made = World(bounds=((-400, -100), (400, 100)))
        made.way([(0, 0), (-200, 0)], STREET, *tags)
        made.way([(0, 0), (250, 0)], STREET)
        made.node(-200, 0, "shop=supermarket", "name=På berget", anew=True)
        made.node(250, 0, "shop=supermarket", "name=På slätten", anew=True)
        table = made.analyse(tmp_path, trips={"groceries": TRIPS}, model={"draws": 0}).destinations
        return str(table.name[table.trips_per_week > 0].iloc[0])

    assert chosen() == "På berget"
    assert chosen("incline=8%") == "På slätten"


def tiff(
    path: Path, heights: Callable[[Any, Any], Any], *, pixel_m: float = 5.0, crs: str | None = "EPSG:3006"
) -> Path:
    """Heights as a function of metres east and north of the origin of worlds."""
    rasterio = pytest.importorskip("rasterio")
    affine = pytest.importorskip("affine")
    x = np.arange(-400, 700, pixel_m) + pixel_m / 2
    y = np.arange(400, -400, -pixel_m) - pixel_m / 2
    grid = heights(*np.meshgrid(x, y)).astype("float32")
    where = affine.Affine(pixel_m, 0.0, EAST - 400, 0.0, -pixel_m, NORTH + 400)
    with rasterio.open(
        path, "w", driver="GTiff", height=len(y), width=len(x), count=1, dtype="float32", crs=crs, transform=where,
        nodata=-9999.0,
    ) as file:  # fmt: skip
        file.write(grid, 1)
    return path


def test_a_geotiff_tells_the_slope_and_goes_before_the_tags(tmp_path: Path) -> None:
    tiff(tmp_path / "dem.tif", lambda _, y: y / 10)
    source = {"path": "world.osm", "elevation": "dem.tif"}
    made = world(arm=over_a_top(("0", "0")))
    found = walked(made, tmp_path, source=source)
    longer_m = 0.5 * ARM_M / 2  # 10 m up in 200 m, and down again
    assert found.there == pytest.approx(logit(longer_m), rel=0.02)
    assert found.home == pytest.approx(logit(longer_m), rel=0.02)
    assert walked(made, tmp_path).there == pytest.approx(0.5, rel=5e-3)  # by the ele of the nodes it is level


def test_heights_are_told_in_the_manifest(tmp_path: Path) -> None:
    tiff(tmp_path / "dem.tif", lambda _, y: y)
    source = {"path": "world.osm", "elevation": "dem.tif"}
    manifest = world().analyse(tmp_path, trips={"groceries": 1}, source=source, model={"draws": 0}).manifest
    told = manifest["source"]
    assert isinstance(told, dict)
    assert told["elevation"] == "dem.tif"
    assert len(told["elevation_read_sha256"]) == 64
    assert str(tmp_path) not in str(manifest)


def test_without_a_geotiff_nothing_is_told_of_one(tmp_path: Path) -> None:
    told = world().analyse(tmp_path, trips={"groceries": 1}, model={"draws": 0}).manifest["source"]
    assert isinstance(told, dict)
    assert not [key for key in told if key.startswith("elevation")]


def test_a_missing_geotiff_is_one_sentence(tmp_path: Path) -> None:
    source = {"path": "world.osm", "elevation": "borta.tif"}
    with pytest.raises(SourceError, match=r"There is no file borta.tif: check \[source\] elevation in the study."):
        world().analyse(tmp_path, trips={"groceries": 1}, source=source)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"model": {"dark": "yes"}}, '[model] dark is "yes"; write true or false.'),
        ({"model": {"dark": 1}}, "[model] dark is 1; write true or false."),
        (
            {"profile": {"name": "errands.toml", "walker": "child"}},
            '[profile] walker is "child"; write one of: standard, senior, wheelchair.',
        ),
        ({"source": {"path": "world.osm", "elevation": 3}}, "[source] elevation is 3; write text in quotation marks."),
        ({"source": {"path": "world.osm", "elevation": ""}}, "[source] elevation is empty; write something there."),
    ],
)
def test_wrong_values_are_told(tmp_path: Path, parts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StudyError) as caught:
        world().study(tmp_path, trips={"groceries": 1}, **parts)
    assert str(caught.value) == sentence


def test_the_origin_of_worlds_is_where_the_heights_are() -> None:
    lon, lat = degrees(0, 0)
    assert (round(lon), round(lat)) == (15, 58)

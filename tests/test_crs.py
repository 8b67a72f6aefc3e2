"""Coordinate systems: the zone that municipalities use, and what counts as metric."""

import pytest

from grannskap.crs import is_metric, local_crs, metric_crs

TOWNS = {
    "Göteborg": (11.97, 57.71, 3007),
    "Strömstad": (11.17, 58.94, 3007),
    "Malmö": (13.00, 55.60, 3008),
    "Helsingborg": (12.70, 56.05, 3008),
    "Landskrona": (12.83, 55.87, 3008),
    "Karlstad": (13.50, 59.38, 3008),
    "Örebro": (15.21, 59.27, 3009),
    "Gävle": (17.14, 60.67, 3010),
    "Stockholm": (18.07, 59.33, 3011),
    "Östersund": (14.64, 63.18, 3012),
    "Sundsvall": (17.31, 62.39, 3014),
    "Umeå": (20.26, 63.83, 3016),
    "Luleå": (22.15, 65.58, 3017),
    "Haparanda": (24.13, 65.83, 3018),
    "Visby": (18.30, 57.64, 3015),
}


@pytest.mark.parametrize("town", TOWNS)
def test_the_local_zone_is_the_one_in_use(town: str) -> None:
    lon, lat, zone = TOWNS[town]
    assert metric_crs(lon, lat) == 3006
    assert local_crs(lon, lat) == zone


@pytest.mark.parametrize(("lon", "lat", "zone"), [(24.94, 60.17, 32635), (10.75, 59.91, 32632), (12.57, 55.68, 32633)])
def test_outside_sweden_the_local_system_is_utm(lon: float, lat: float, zone: int) -> None:
    assert local_crs(lon, lat) == metric_crs(lon, lat) == zone


@pytest.mark.parametrize(
    ("code", "metric"),
    [
        *((zone, True) for zone in range(3006, 3019)),
        (32633, True),
        (4326, False),
        (2263, False),
        (5703, False),
        (0, False),
    ],
)
def test_only_plane_systems_in_metres_are_metric(code: int, metric: bool) -> None:
    assert is_metric(code) is metric

"""Coordinates as people write and copy them: degrees with point or comma, SWEREF 99 TM, the address of a web map."""

import re

from grannskap.crs import SWEREF99_TM, WGS84, project
from grannskap.errors import StudyError

MOST_LAT, MOST_LON = 90.0, 180.0
NORTHINGS_M, EASTINGS_M, ZONE_EASTINGS_M = (6_100_000, 7_700_000), (255_000, 925_000), (50_000, 255_000)
"""Between these lie northing and easting in Sweden in SWEREF 99 TM, and easting in a local zone, which is not told."""
_DECIMAL = re.compile(r"[-+\u2212]?\d+(?:\.\d+)?")
_WITH_COMMA = re.compile(r"[-+\u2212]?\d+(?:[.,]\d+)?")
_AROUND_NUMBERS = re.compile(r"(?:\b(?:lat|latitude?|lon|long|longitude?)\b|[\s,;:=/()°NEÖXYneöxy])*", re.IGNORECASE)
_WEB_MAP = re.compile(r"https?://\S*?(?:#map=\d+/|@|mlat=)(-?\d+\.\d+)(?:/|,|&mlon=)(-?\d+\.\d+)\S*")


def coordinates_in(text: str) -> tuple[float, float] | None:
    """Which latitude and longitude did somebody write? None where it looks like no coordinates, such as an address.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of float, or None

    Raises
    ------
    StudyError
        It looks like coordinates and is none.

    Examples
    --------
    >>> coordinates_in("60,1720 24,9439") == coordinates_in("lat: 60.172, lon: 24.9439") == (60.172, 24.9439)
    True
    >>> [round(each, 4) for each in coordinates_in("N 6651411 E 500000")]
    [60.0, 15.0]
    >>> coordinates_in("Unionsgatan 40")
    """
    copied = _WEB_MAP.fullmatch(text)
    text = f"{copied[1]} {copied[2]}" if copied else text
    number = _DECIMAL if "." in text else _WITH_COMMA
    rest, found = number.sub(" ", text), number.findall(text)
    if not found or not _AROUND_NUMBERS.fullmatch(rest):
        if "°" in text:
            raise StudyError("Write the coordinates in degrees with decimals, such as 60,1720 24,9439.")
        return None
    if len(found) != 2:  # noqa: PLR2004 - latitude and longitude
        raise StudyError("Write two numbers, latitude and longitude, such as 60,1720 24,9439.")
    return _in_degrees(*(float(each.replace(",", ".").replace("\u2212", "-")) for each in found))


def _in_degrees(first: float, second: float) -> tuple[float, float]:
    """Latitude and longitude as they are, or from metres in SWEREF 99 TM in either order."""
    if abs(first) <= MOST_LAT and abs(second) <= MOST_LON:
        return first, second
    east, north = sorted((first, second))
    if _within(north, NORTHINGS_M) and _within(east, EASTINGS_M):
        lon, lat = project(east, north, source=SWEREF99_TM, target=WGS84)
        return round(float(lat), 6), round(float(lon), 6)
    if _within(north, NORTHINGS_M) and _within(east, ZONE_EASTINGS_M):
        raise StudyError(
            "{north} and {east} look like SWEREF 99 in a local zone: choose SWEREF 99 TM in the map, or latitude and "
            "longitude (WGS 84).",
            north=f"{north:.9g}",
            east=f"{east:.9g}",
        )
    raise StudyError(
        "Latitude {lat} and longitude {lon} are no degrees: choose WGS 84 or SWEREF 99 TM in the map, such as 60,1720 "
        "24,9439.",
        lat=f"{first:.9g}",
        lon=f"{second:.9g}",
    )


def _within(metres: float, limits: tuple[int, int]) -> bool:
    return limits[0] <= metres <= limits[1]

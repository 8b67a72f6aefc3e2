"""What stands in small print on every output: the note, the settings, the date of the map data and whose it is."""

from typing import TYPE_CHECKING

from grannskap.language import Texts
from grannskap.language.writing import plain

if TYPE_CHECKING:
    from grannskap.result import Result

STANDING_NOTE = (
    "The map shows calculated walks in the street network, not how individual people move. "
    "That a place is often passed is a reason for early contact, not a measure of problems. "
    "The residents' needs in the neighbourhood are on a par with those of other inhabitants."
)
ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
METHODS = {
    "logit": "several plausible routes (logit, θ {theta} per metre)",
    "shortest": "shortest route",
    "within_detour": "routes within a small detour",
}
SENSITIVITY = {
    "open": "Open material",
    "internal": "Internal working material",
    "protected": "Protected: must not be passed on",
}


def small_print(result: "Result", texts: Texts) -> list[str]:
    """Which data and settings lie behind the map, a line each?"""
    study = result.study
    theta = texts.number(study.model.theta_per_m, decimals=3)
    settings = texts(
        "Method: {method} · radius {radius} m · actors within {frontage} m · profile {profile}",
        method=texts(METHODS[study.model.method], theta=theta),
        radius=texts.number(study.reach.radius_m),
        frontage=texts.number(study.model.frontage_m),
        profile=plain(study.profile.name),
    )
    return [settings, f"{dated(result, texts)} · {texts.gettext(ATTRIBUTION)} · openstreetmap.org/copyright"]


def dated(result: "Result", texts: Texts) -> str:
    """From which day is the map data, in words?"""
    return texts("Map data of {date}", date=data_date(result) or texts.gettext("unknown date"))


def data_date(result: "Result") -> str:
    """From which day is the map data? Empty when the source does not say."""
    source = result.manifest.get("source")
    told = source.get("data_date") if isinstance(source, dict) else None
    date = told or result.manifest.get("data_date")
    return plain(str(date))[:10] if date else ""

"""How does a study show itself in a notebook?"""

from typing import TYPE_CHECKING

from grannskap.language import texts_for
from grannskap.language.cards import card, rows, said, title
from grannskap.language.writing import plain

if TYPE_CHECKING:
    from grannskap.study.model import Study

_SENSITIVITY = {
    "open": "Open material",
    "internal": "Internal working material",
    "protected": "Protected: must not be passed on",
}


def study_card(study: "Study") -> str:
    """Which settings has this study, and how often is the unit taken to walk where?

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
        HTML, all text escaped. Where the site is stands there only for open material.
    """
    texts, model, profile = texts_for(study.language), study.model, study.profile
    settings = [
        (texts.gettext("Map data"), plain(study.source.path.name) if study.source.path else study.source.kind),
        (texts.gettext("How far is within reach"), f"{texts.number(study.reach.radius_m)} m"),
        (texts.gettext("How near a walk counts as a passage"), f"{texts.number(model.frontage_m)} m"),
        (texts.gettext("Draws of the assumptions"), texts.number(model.draws)),
        (texts.gettext("Profile"), plain(profile.name)),
    ]
    if study.sensitivity == "open" and study.site.lat is not None and study.site.lon is not None:
        lat, lon = (texts.number(degrees, decimals=4) for degrees in (study.site.lat, study.site.lon))
        settings.insert(0, (texts.gettext("Place"), texts("latitude {lat}, longitude {lon}", lat=lat, lon=lon)))
    trips = [(f, demand.trips_per_week) for f, demand in profile.functions.items()]
    if profile.round_walks.trips_per_week > 0:
        trips.append(("round_walk", profile.round_walks.trips_per_week))
    lines = [(texts.gettext(f"function:{f}"), texts.number(n, decimals=0 if n == round(n) else 1)) for f, n in trips]
    return card(
        title(plain(study.name)),
        said(texts.gettext(_SENSITIVITY[study.sensitivity])),
        rows("", [texts.gettext("Setting"), texts.gettext("Value")], settings),
        rows(
            texts.gettext("Trips of the whole unit; never of a person"),
            [texts.gettext("Function"), texts.gettext("Trips per week")],
            lines,
            numbers=[1],
        ),
    )

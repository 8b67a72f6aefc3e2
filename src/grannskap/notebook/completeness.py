"""How much of what a study needs does the map data tell? Shares of what is mapped, never of what there is."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from grannskap.language import marked as _
from grannskap.place.place import Place

CONTACT = ("phone", "contact:phone", "email", "contact:email", "website", "contact:website", "url")
"""Keys of OpenStreetMap that tell how an organisation can be reached."""
OPEN_HOURS = ("shop", "restaurant", "cafe", "supermarket", "convenience", "pharmacy", "library", "primary_care_centre")
"""Kinds of which visitors want to know when they are open."""


def completeness(place: Place) -> pd.DataFrame:
    """Which shares of streets, actors and stops does the map data describe?

    Parameters
    ----------
    place : Place

    Returns
    -------
    DataFrame
        ``what`` (message id in English), ``share`` (0 to 1, nan where there is nothing to describe), ``of`` (how much
        there is) and ``unit`` ("m" of street, or "" for a number of places).
    """
    rows = [*_streets(place), *_places(place)]
    return pd.DataFrame(rows, columns=["what", "share", "of", "unit"])


Row = tuple[str, float, float, str]


def _streets(place: Place) -> Iterator[Row]:
    edges = place.streets.edges
    metres = edges.length_m.to_numpy(float)
    told = {
        _("Streets: is there light"): edges.unlit.notna(),
        _("Streets: which surface"): edges.rough.notna(),
        _("Streets: how steep"): edges.grade.notna(),
    }
    for what, known in told.items():
        yield what, _share(known.to_numpy(bool), metres), float(metres.sum()), "m"


def _places(place: Place) -> Iterator[Row]:
    shown = place.places[~place.places.sensitive.to_numpy(bool)]
    actors = shown[shown.actor.to_numpy(bool)]
    housing, others = actors[actors.kind == "housing"], actors[actors.kind != "housing"]
    hours, stops = shown[shown.kind.isin(OPEN_HOURS)], shown[shown.kind == "stop"]
    yield _told(_("Actors: which name"), (others.name != "").to_numpy())
    yield _told(_("Actors: how to reach them"), _has(others, CONTACT))
    yield _told(_("Housing: which owner or name"), ((housing.name != "") | (housing.owner.fillna("") != "")).to_numpy())
    yield _told(_("Shops and services: opening hours"), _has(hours, ("opening_hours",)))
    yield _told(_("Stops: is there a bench"), _has(stops, ("bench",)))
    yield _told(_("Stops: is there a shelter"), _has(stops, ("shelter",)))


def _told(what: str, known: np.ndarray) -> Row:
    return what, _share(known, np.ones(len(known))), float(len(known)), ""


def _has(table: pd.DataFrame, keys: tuple[str, ...]) -> np.ndarray:
    tags: list[dict[str, str]] = table.tags.to_list()
    return np.array([any(each.get(key) for key in keys) for each in tags], bool)


def _share(known: np.ndarray, weight: np.ndarray) -> float:
    total = float(weight.sum())
    return float(weight[known].sum()) / total if total > 0 else float("nan")

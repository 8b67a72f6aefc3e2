"""Another place: without an actor that the map still shows, such as a shop that has closed."""

import difflib
from dataclasses import replace

import numpy as np
import pandas as pd

from grannskap.errors import TableError
from grannskap.place.place import Place


def without_place(place: Place, which: str) -> Place:
    """What is there without an actor or a destination that is no longer there?

    Parameters
    ----------
    place : Place
    which : str
        Its id, such as "node/123" or "layer/foreningar/2", or its name where only one is called so.

    Returns
    -------
    Place
        Without it, as an actor and as a place to walk to. Its source tells what was changed by hand.

    Raises
    ------
    TableError
        There is no such place, or several have that name.

    Examples
    --------
    >>> import grannskap as gk
    >>> place = gk.open_place(gk.read_study(gk.sample_folder() / "study.toml"))
    >>> fewer = without_place(place, "K-Supermarket Kaisaniemi")
    >>> len(place.places) - len(fewer.places)
    1
    """
    row = _row(place.places, which)
    number = np.arange(len(place.places))
    number[row:] -= 1
    gone = f"without {place.places.element_id.iloc[row]}"
    return replace(
        place,
        places=place.places.drop(index=place.places.index[row]).reset_index(drop=True),
        destinations=_renumbered(place.destinations, row, number),
        access=_renumbered(place.access, row, number),
        source=changed_by_hand(place.source, gone),
    )


def changed_by_hand(source: dict[str, str], what: str) -> dict[str, str]:
    """How does a source tell what was done to its data after it was read?"""
    so_far = source.get("changed_by_hand")
    return source | {"changed_by_hand": f"{so_far}; {what}" if so_far else what}


def _renumbered(table: pd.DataFrame, row: int, number: np.ndarray) -> pd.DataFrame:
    """The rows of other places, which point at where these now stand."""
    kept = table[table.place != row].reset_index(drop=True)
    return kept.assign(place=number[kept.place.to_numpy(np.intp)])


def _row(places: pd.DataFrame, which: str) -> int:
    """Which row has this id, or this name alone?"""
    wanted = which.strip().casefold()
    for column in ("element_id", "name"):
        found = np.flatnonzero((places[column].str.casefold() == wanted).to_numpy() & (wanted != ""))
        if len(found) > 1:
            raise TableError(
                "{n} places are called {which}: write the id of one of them, such as {first}.",
                n=len(found),
                which=which,
                first=places.element_id.iloc[found[0]],
            )
        if len(found):
            return int(found[0])
    told = places[~places.sensitive.to_numpy(bool)]
    known = sorted({*told.name[told.name != ""], *told.element_id})
    near = difflib.get_close_matches(which, known, n=1, cutoff=0.0)
    raise TableError(
        "There is no place {which} here: write its id or its name; the nearest is {near}.",
        which=which,
        near=near[0] if near else "",
    )

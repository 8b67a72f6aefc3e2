"""How does a place show itself in a notebook?"""

from typing import TYPE_CHECKING

from grannskap.language import texts_for
from grannskap.language.cards import card, rows, said, title
from grannskap.language.writing import plain

if TYPE_CHECKING:
    from grannskap.place.place import Place

KINDS = 12
"""How many kinds of place are told."""


def place_card(place: "Place", *, language: str = "sv") -> str:
    """What does the map data hold of this place, by kind?

    Parameters
    ----------
    place : Place
    language : {"sv", "en"}

    Returns
    -------
    str
        HTML, all text escaped. Neighbours marked as sensitive are not counted.
    """
    texts = texts_for(language)
    shown = place.places[~place.places.sensitive.to_numpy(bool)]
    kinds = shown.kind.value_counts()
    named = shown[(shown.name != "").to_numpy()].kind.value_counts()
    lines = [
        (plain(texts.gettext(f"kind:{kind}")), texts.number(n), texts.number(named.get(kind, 0)))
        for kind, n in sorted(kinds.items(), key=lambda each: (-each[1], str(each[0])))[:KINDS]
    ]
    km = float(place.streets.edges.length_m.sum()) / 1000
    date = place.data_date or texts.gettext("unknown date")
    return card(
        title(texts("{n} places and {km} km of street and path", n=texts.number(len(shown)), km=texts.number(km))),
        rows(
            texts("The most common kinds, at most {n}", n=KINDS),
            [texts.gettext("Kind"), texts.gettext("Number"), texts.gettext("Of them with a name")],
            lines,
            numbers=[1, 2],
        ),
        said(texts("Map data of {date} © OpenStreetMap contributors (ODbL)", date=date), small=True),
    )

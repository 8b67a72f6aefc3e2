"""How is the public view told in words? The same sentences on the map, the sheet and in the report."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from grannskap.language import Texts, texts_for
from grannskap.language import marked as _
from grannskap.language.writing import plain
from grannskap.output.naming import Naming, naming
from grannskap.output.small_print import ATTRIBUTION, STANDING_NOTE
from grannskap.public.classes import WALKS
from grannskap.public.view import PublicView

ONE_OF_MANY = _(
    "The walks are calculated for many addresses in the same area, and the mean of all is shown. The residence is one "
    "place among them; which one cannot be read from here."
)
HIDDEN = _("Area where walks are not shown")
NO_WALKS = _("Outside the area where walks are not shown, no street has five walks per week or more.")
UNMARKED = _("Streets with <5 walks per week are not marked")
UNCERTAIN = _("Dwellings and neighbours with particular need of protection are not shown.")
OFTEN = (
    _("Fewer than five walks per week, or not told"),
    _("Other actors that are passed"),
    _("Among the next twenty"),
    _("Among the ten that most walks pass"),
)
REACH = {
    "all": _("from all addresses"),
    "most": _("from most addresses"),
    "some": _("from some addresses"),
    "none": _("from none of the addresses"),
    "": _("not told"),
}
_METHODS = {
    "logit": _("several plausible routes (logit, θ {theta} per metre)"),
    "shortest": _("shortest route"),
    "within_detour": _("routes within a small detour"),
}


@dataclass(frozen=True, slots=True)
class PublicTelling:
    """What does the public view say, in one language?

    Attributes
    ----------
    view : PublicView
    texts : Texts
    names : Naming
        What places are called.
    """

    view: PublicView
    texts: Texts
    names: Naming

    @property
    def title(self) -> str:
        """What is it?"""
        if not self.view.has_map:
            return self.texts.gettext("The neighbourhood of a residence")
        if self.view.shows == "places":
            return self.texts.gettext("Actors in the neighbourhood")
        return self.texts.gettext("Calculated walks in the neighbourhood")

    @property
    def note(self) -> str:
        """Which note stands on all maps and reports?"""
        return self.texts.gettext(STANDING_NOTE)

    @property
    def uncertain(self) -> str:
        """What may be missing?"""
        missing = "OpenStreetMap is made by many and never complete: a place missing from the map data may still exist."
        return f"{self.texts.gettext(UNCERTAIN)} {self.texts.gettext(missing)}"

    @property
    def badge(self) -> str:
        """Who may read it?"""
        return self.texts.gettext("Public")

    @property
    def small_print(self) -> list[str]:
        """Which data and settings lie behind it, a line each?"""
        texts, settings = self.texts, self.view.settings
        theta = texts.number(settings.theta_per_m, decimals=3)
        method = texts(
            "Method: {method} · radius {radius} m · actors within {frontage} m · profile {profile}",
            method=texts(_METHODS[settings.method], theta=theta),
            radius=texts.number(settings.radius_m),
            frontage=texts.number(settings.frontage_m),
            profile=settings.profile or texts.gettext("of their own"),
        )
        date = texts("Map data of {date}", date=plain(self.view.data_date)) if self.view.data_date else ""
        source = (date, texts.gettext(ATTRIBUTION), "openstreetmap.org/copyright")
        return [method, " · ".join(filter(None, source))]

    @property
    def classes(self) -> list[int]:
        """Which classes of walks are there, the most walks first?"""
        return sorted({int(index) for index in self.view.edges["walks_class"] if index >= 0}, reverse=True)

    def walks(self, index: int) -> str:
        """How is a class of walks written?"""
        return WALKS.label(index)

    def often(self, index: int) -> str:
        """How often is an actor passed, by the class of its rank?"""
        return self.texts.gettext(OFTEN[index])

    def reach(self, code: str) -> str:
        """From how many of the addresses is something within reach?"""
        return self.texts.gettext(REACH[code])

    def function(self, name: str) -> str:
        """How is a function called?"""
        return self.texts.gettext(f"function:{name}")

    def kind(self, name: str) -> str:
        """How is a kind called?"""
        return plain(self.texts.gettext(f"kind:{name}"))

    def place(self, row: Any) -> str:
        """How is a place called: by its name, or else by its kind and the street beside it?"""
        return self.names.of({"name": row.name, "kind": row.kind, "geometry": row.geometry})


def rows(table: pd.DataFrame) -> list[Any]:
    """Which rows does a table have, each with its columns as attributes?"""
    return list(table.itertuples(index=False))


def public_telling(view: PublicView, language: str | None = None) -> PublicTelling:
    """In which words is the view told: in this language, or in that of the study?"""
    texts = texts_for(language or view.settings.language)
    return PublicTelling(view, texts, naming(view, texts))

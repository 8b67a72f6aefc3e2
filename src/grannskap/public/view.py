"""What may be shown to everybody? One record that holds nothing else; every public file is made from it alone."""

from dataclasses import asdict, dataclass
from typing import Literal

import geopandas as gpd
import pandas as pd
import shapely

from grannskap.provenance import ATTRIBUTION
from grannskap.study.paper import Print
from grannskap.version import __version__

Shows = Literal["walks", "places", "kinds", "needs"]
"""How much: walks and how often actors are passed; only who and what is there; no map but kinds of actors and what is
within reach; or nothing of the place, only what is needed."""
Why = Literal["", "map", "addresses", "name"]
"""Why nothing of the place is shown: the map data ends within the view, too few addresses are alike, or a name on the
map is that of the study; "" where something is."""


LEFT_OUT = [
    "the residence, its address and the name of the study",
    "walks near the residence and near every other address of its group, and walks fewer than five a week",
    "distances, ranks and numbers of passages",
    "neighbours with particular need of protection, and dwellings",
    "the analyst's own layers, pinned destinations and heights",
]


@dataclass(frozen=True, slots=True)
class PublicSettings:
    """With which assumptions was the view made, as far as they tell nothing of the residence?

    Attributes
    ----------
    language : {"sv", "en"}
    profile : str
        Name of a packaged profile; "" for the analyst's own.
    method : {"logit", "shortest", "within_detour"}
    theta_per_m, detour_ratio, radius_m, frontage_m : float
    walker : str
    dark : bool
    """

    language: str
    profile: str
    method: str
    theta_per_m: float
    detour_ratio: float
    radius_m: float
    frontage_m: float
    walker: str
    dark: bool


@dataclass(frozen=True, slots=True, eq=False)
class PublicView:
    """What may everybody know of where residents walk, and whom they pass?

    It is worked out for a group of addresses on a fixed grid and is the same whichever of them is the residence.
    There is no row, column or key in it that depends on the residence itself.

    Attributes
    ----------
    shows : {"walks", "places", "kinds", "needs"}
        Where it is one of the last two, all tables with geometry are empty.
    settings : PublicSettings
    paper : Print
        Which sheet is wanted of it.
    data_date : str
        Month of the map data; the day could tell which part of the world was cut out. "" where nothing of it is shown.
    crs : int
        EPSG code of all geometry, in metres.
    hidden : Polygon
        The square in which no walks are shown; the residence may be near its middle or near its border.
    area : Polygon
        The square that is drawn.
    edges : GeoDataFrame
        ``edge`` (row of the street that this is a part of, in no file), ``name``, ``highway``, ``length_m``,
        ``walks_class`` (see `grannskap.public.classes.WALKS`; −1 for fewer than five walks a week and for all that is
        hidden), LineString.
    actors : GeoDataFrame
        ``name``, ``kind``, ``often`` (3: among the ten that most walks pass, 2: among the next twenty, 1: passed by at
        least five walks a week, 0: less or not told), Point. Without sensitive neighbours and without dwellings.
    places : GeoDataFrame
        Where walks lead to, five or more a week: ``name``, ``kind``, ``function``, Point.
    access : DataFrame
        ``function``, ``reach``: "all", "most", "some" or "none" of the addresses have something within reach; "" where
        that is not told.
    kinds : DataFrame
        ``kind``, ``number`` (class, see `grannskap.public.classes.NUMBERS`): the actors in the area.
    ground : dict of GeoDataFrame
        ``buildings``, ``green``, ``water``.
    why : {"", "map", "addresses", "name"}, optional
        For whoever makes the view, and in none of its files.
    """

    shows: Shows
    settings: PublicSettings
    paper: Print
    data_date: str
    crs: int
    hidden: shapely.Polygon
    area: shapely.Polygon
    edges: gpd.GeoDataFrame
    actors: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    access: pd.DataFrame
    kinds: pd.DataFrame
    ground: dict[str, gpd.GeoDataFrame]
    why: Why = ""

    @property
    def has_map(self) -> bool:
        """Is there anything to draw?"""
        return self.shows in ("walks", "places")

    @property
    def study_area(self) -> gpd.GeoDataFrame:
        """Which square is drawn, as a table like that of a result?"""
        return gpd.GeoDataFrame(geometry=[self.area], crs=self.crs)

    @property
    def manifest(self) -> dict[str, object]:
        """On what does the view rest, without anything that tells of the residence or of the analyst's files?"""
        settings = {name: value for name, value in asdict(self.settings).items() if name != "language"}
        worked_out_for = "the mean of many addresses on a fixed grid; the residence is near one of them"
        return {
            "program": "grannskap",
            "version": __version__,
            "audience": "public",
            "shows": self.shows,
            "assumptions": settings | {"profile": self.settings.profile or "own"},
            **({} if self.shows == "needs" else {"worked_out_for": worked_out_for}),
            "left_out": LEFT_OUT,
            **({"data_date": self.data_date} if self.data_date else {}),
            "licence": ATTRIBUTION,
            **({"crs": f"EPSG:{self.crs}"} if self.has_map else {}),
        }

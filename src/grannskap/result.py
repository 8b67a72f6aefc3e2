"""What an analysis gives: tables, the map's ground, and everything that the numbers rest on."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from grannskap.exposure.behind import Behind
from grannskap.exposure.explain import Passing, explain
from grannskap.exposure.scene import Alongside, Scene
from grannskap.language import Texts, texts_for
from grannskap.language import marked as _
from grannskap.language.card_text import ShowsItself
from grannskap.language.cards import card, rows, said, title
from grannskap.language.writing import amount, interval, plain
from grannskap.routes.walks import Walks
from grannskap.study.model import Study

FIRST = 10
"""How many actors a result shows of itself."""
_REACHED = (_("Function"), _("Trips per week"), _("Places within reach"), _("To the nearest (m)"))
_PASSED = (_("No."), _("Likely rank"), _("Actor"), _("Kind"), _("Passages per week"))


@dataclass(frozen=True, slots=True, eq=False)
class Workings:
    """From what were the numbers worked out?

    Attributes
    ----------
    scene : Scene
    walks : Walks
    by : Alongside
    """

    scene: Scene
    walks: Walks
    by: Alongside

    def behind(self) -> Behind:
        """What is needed to tell which walks pass an actor?"""
        return Behind.of(self.scene, self.walks, self.by)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What is known of a site as soon as its walks are, before anything is told in tables?

    Attributes
    ----------
    study, site, study_area, workings
        As those of `Result`.
    manifest : dict
        ``source``, ``crs`` and ``layers`` of that of a result.
    """

    study: Study
    site: gpd.GeoDataFrame
    study_area: gpd.GeoDataFrame
    workings: Workings
    manifest: dict[str, object]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Result(ShowsItself):
    """Where do residents walk, whom do they pass, what can they reach, and what do these numbers rest on?

    All geometry is in the metric system that ``manifest["crs"]`` names; ``lon`` and ``lat`` are WGS 84. A leg is one
    walk there or one walk back.

    Attributes
    ----------
    study : Study
    site : GeoDataFrame
        A row for each entrance: ``snap_m`` (metres to the street), Point.
    study_area : GeoDataFrame
        One polygon.
    edges : GeoDataFrame
        Walked and other streets: ``u``, ``v``, ``way_id``, ``name``, ``highway``, ``layer``, ``length_m``, ``flow_uv``
        and ``flow_vu`` (legs per week in each direction), ``legs_per_week``, one ``legs_<function>`` per function,
        LineString.
    destinations : GeoDataFrame
        The columns of ``destinations.csv``, Point where one arrives. A place stands once for each function it serves.
    actors : GeoDataFrame
        The columns of ``actors.csv``, sorted by rank.
    access : DataFrame
        The columns of ``access.csv``: a row for each function of the profile.
    sensitivity : DataFrame
        ``assumption``, ``value``, ``tried``, ``rank_correlation``, ``top10_overlap``: what moving each assumption alone
        does to the ranking, the strongest first.
    ground : dict of GeoDataFrame
        ``buildings``, ``green``, ``water``: what a quiet map is drawn from.
    workings : Workings
        The streets with all destinations, the walks on them and the actors' zones.
    manifest : dict
        Study, assumptions, source, data date, coordinate system, counts, what was dropped, version and seed.
    """

    study: Study
    site: gpd.GeoDataFrame
    study_area: gpd.GeoDataFrame
    edges: gpd.GeoDataFrame
    destinations: gpd.GeoDataFrame
    actors: gpd.GeoDataFrame
    access: pd.DataFrame
    sensitivity: pd.DataFrame
    ground: dict[str, gpd.GeoDataFrame]
    workings: Workings
    manifest: dict[str, object]

    def _repr_html_(self) -> str:
        """How does it show itself in a notebook? What residents reach, and whom they pass first."""
        texts = texts_for(self.study.language)
        source = self.manifest.get("source")
        date = (source.get("data_date") if isinstance(source, dict) else "") or texts.gettext("unknown date")
        return card(
            title(plain(self.study.name)),
            _reached(self, texts),
            _passed(self, texts),
            said(texts("Map data of {date} © OpenStreetMap contributors (ODbL)", date=plain(date)), small=True),
        )

    def routes(self, actor_id: str) -> Passing:
        """Which walks pass this actor: over which edges, on which errands, to where?

        Parameters
        ----------
        actor_id : str
            As in ``actors``.

        Returns
        -------
        Passing
            Edges to draw, passages by function and by destination, and a sentence; it shows itself in a notebook.

        Raises
        ------
        TableError
            There is no such actor.

        Examples
        --------
        >>> import grannskap as gk
        >>> result = gk.analyse(gk.read_study(gk.sample_folder() / "study.toml"))
        >>> passing = result.routes(result.actors.actor_id.iloc[0])
        >>> bool(abs(passing.by_function.sum() - result.actors.passages_per_week.iloc[0]) < 1e-9)
        True
        """
        return explain(self.workings.behind(), actor_id, language=self.study.language)


def _reached(result: Result, texts: Texts) -> str:
    """Which functions are within reach, as a table?"""
    lines = [
        (
            texts.gettext(f"function:{row['function']}"),
            amount(float(row["trips_per_week"]), texts),
            texts.number(row["n_within_reach"]),
            texts.number(row["nearest_m"]),
        )
        for row in result.access.to_dict("records")
    ]
    reach = texts.number(result.study.reach.radius_m)
    caption = texts("What residents can reach on foot within {reach} m", reach=reach)
    return rows(caption, [texts.gettext(each) for each in _REACHED], lines, numbers=(1, 2, 3))


def _passed(result: Result, texts: Texts) -> str:
    """Who is passed first, as a table? Without those that are never shown."""
    actors = result.actors[(result.actors.passages_per_week > 0) & ~result.actors.sensitive]
    lines = [
        (
            texts.number(row["rank"]),
            interval(float(row["rank_low"]), float(row["rank_high"]), texts),
            plain(row["name"]) or texts.gettext("(name not in the map data)"),
            plain(texts.gettext(f"kind:{row['kind']}")),
            amount(float(row["passages_per_week"]), texts),
        )
        for row in actors.head(FIRST).to_dict("records")
    ]
    caption = texts.gettext("Actors that are often passed (suggested order of contact)")
    return rows(caption, [texts.gettext(each) for each in _PASSED], lines, numbers=(0, 1, 4))

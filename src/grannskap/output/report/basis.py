"""What a report rests on: how sure it is, its assumptions, its data, and where that comes from."""

from collections.abc import Mapping
from typing import Any

from grannskap.crs import SWEREF99_TM
from grannskap.language import marked as _
from grannskap.language.writing import plain
from grannskap.output.certainty import change
from grannskap.output.report.blocks import Block, Bullets, Column, Heading, Paragraph, Table, table
from grannskap.output.report.telling import FIRST, Telling
from grannskap.output.small_print import ATTRIBUTION, data_date, small_print
from grannskap.routes.costs import speed_km_h

MOVES = 10
"""How many changed assumptions are told."""
WHOLE = 0.995
"""From this share on, the extract holds the whole study area."""

MAPPED_IN_SWEDEN = {
    _("Addresses in Sweden that were mapped in early 2025"): 0.83 / 3.7,
    _("Buildings in Sweden that were mapped in early 2025"): 3.3 / 8.0,
}
"""Millions in OpenStreetMap over millions that there are."""

_CHOICES = {
    "nearest": _("the nearest"),
    "k_nearest": _("the nearest ones alike"),
    "huff": _("several, the near ones most"),
}
_METHODS = {
    "logit": _("all reasonable ways, short ones more often"),
    "shortest": _("only the shortest way"),
    "within_detour": _("all ways that are not much longer"),
}
_WALKERS = {
    "standard": _("an ordinary walker"),
    "senior": _("an older walker"),
    "wheelchair": _("somebody in a wheelchair"),
}
DROPPED = {
    "nodes_outside_extract": _("Points outside the extract that ways in it refer to"),
    "nodes_nowhere": _("Points without a place on earth"),
    "ways_cut": _("Ways cut off at the edge of the extract"),
    "areas_cut": _("Areas cut off at its edge"),
    "areas_lost": _("Areas that could not be put together"),
    "relations_cut": _("Relations cut off at its edge"),
    "ways_not_for_walking": _("Ways that are not for walking"),
    "ways_foot_forbidden": _("Ways where walking is forbidden"),
    "ways_access_forbidden": _("Ways that are closed to the public"),
    "not_connected_m": _("Metres of way that nothing connects to the rest"),
    "private_footway_shortcuts_m": _("Metres of private footway that only cut a corner"),
}
"""What was left out, in words; other keys are told as they are."""


def certainty_blocks(told: Telling) -> list[Block]:
    """How sure are these numbers, in plain words?"""
    texts = told.texts
    blocks: list[Block] = [
        Heading(texts.gettext("How sure is this?")),
        Paragraph(
            texts.gettext(
                "The numbers are calculated, not counted. They show which ways are plausible if the assumptions hold, "
                "and they are best at telling much from little: a street with many walks from one with few, an actor "
                "at the gate from one round the corner. Small differences mean nothing."
            )
        ),
        Bullets(
            (
                texts.gettext("Safe to use: which corridors and which actors come back whatever is assumed."),
                texts.gettext("Use with care: the exact order, and amounts for a single actor."),
                texts.gettext("Not told at all: who walks, when, and how it feels. Ask, and walk the area."),
            )
        ),
    ]
    return [*blocks, _moves_table(told)] if len(told.result.sensitivity) else blocks


def _moves_table(told: Telling) -> Table:
    texts = told.texts
    top = min(FIRST, len(told.result.actors[told.result.actors["passages_per_week"] > 0]))
    rows = []
    for row in told.result.sensitivity.drop_duplicates("assumption").head(MOVES).to_dict("records"):
        what, value, tried = change(row["assumption"], row["value"], row["tried"], texts)
        alike = texts.number(float(row["rank_correlation"]), decimals=2)
        rows.append((what, value, tried, alike, texts.number(float(row["top10_overlap"]) * top)))
    columns = [
        Column(texts.gettext("What was changed"), 2.2),
        Column(texts.gettext("In the study"), 1.3),
        Column(texts.gettext("Tried"), 1.1),
        Column(texts.gettext("Likeness of the order (1 is the same)"), 1.1, number=True),
        Column(texts("Still among the first {n}", n=texts.number(top)), number=True),
    ]
    return table(texts.gettext("What happens to the order when one assumption changes"), columns, rows)


def assumption_blocks(told: Telling) -> list[Block]:
    """Which assumptions were made, and why?"""
    texts = told.texts
    profile = told.result.study.profile
    about = plain(texts.gettext(profile.description)) if profile.description else ""
    return [
        Heading(texts.gettext("Assumptions")),
        *([Paragraph(about)] if about else []),
        _profile_table(told),
        _settings_table(told),
    ]


def _profile_table(told: Telling) -> Table:
    texts, rounds = told.texts, told.result.study.profile.round_walks
    asked: list[tuple[str, Any, str]] = [
        (name, demand, texts.gettext(_CHOICES[demand.choice]))
        for name, demand in told.result.study.profile.functions.items()
    ]
    if rounds.trips_per_week > 0:
        asked.append(("round_walk", rounds, texts.gettext("anywhere nearby")))
    rows = [
        (told.function(name), told.trips(each.trips_per_week), choice, _because(each, told))
        for name, each, choice in asked
    ]
    columns = [
        Column(texts.gettext("Function"), 1.5),
        Column(texts.gettext("Trips per week"), 0.8, number=True),
        Column(texts.gettext("Which place is chosen"), 1.2),
        Column(texts.gettext("Why, and where from"), 3.0),
    ]
    return table(texts.gettext("Trips of the whole unit; never of a person"), columns, rows)


def _because(each: Any, told: Telling) -> str:
    """The reason and the source, in the reader's language where they come with the program."""
    said = [plain(told.texts.gettext(text)) for text in (each.reason, each.source) if text]
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in said)


def _settings_table(told: Telling) -> Table:
    texts, study = told.texts, told.result.study
    model, rounds = study.model, study.profile.round_walks
    detour = told.result.manifest.get("assumptions")
    mean = detour.get("mean_detour") if isinstance(detour, Mapping) else None
    yes, no = texts.gettext("yes"), texts.gettext("no")
    rows = [
        (texts.gettext("Profile"), plain(study.profile.name)),
        *([(texts.gettext("Unit"), plain(texts.gettext(study.profile.unit)))] if study.profile.unit else []),
        (texts.gettext("How ways are chosen"), texts.gettext(_METHODS[model.method])),
        (texts.gettext("How much short ways are preferred (θ per metre)"), texts.number(model.theta_per_m, decimals=3)),
        (texts.gettext("Longest detour, times the shortest way"), texts.number(model.detour_ratio, decimals=2)),
        (texts.gettext("Mean length of the walks, times the shortest"), _number(mean, told, decimals=2)),
        (texts.gettext("How near a walk counts as a passage"), f"{texts.number(model.frontage_m)} m"),
        (texts.gettext("How far is within reach"), f"{told.reach} m"),
        (texts.gettext("Walker"), texts.gettext(_WALKERS[study.profile.walker])),
        (texts.gettext("Walking speed"), f"{texts.number(speed_km_h(study.profile), decimals=1)} km/h"),
        (texts.gettext("Longest walk without an errand"), f"{texts.number(rounds.length_m)} m"),
        (texts.gettext("After dark"), yes if model.dark else no),
        (texts.gettext("Draws of the assumptions"), texts.number(model.draws)),
        (texts.gettext("Draws within a likely rank"), texts.percent(0.9)),
        (texts.gettext("Seed of the draws"), str(model.seed)),
    ]
    return table(texts.gettext("Settings"), [Column(texts.gettext("Setting"), 2.0), _value(told)], rows)


def _value(told: Telling) -> Column:
    return Column(told.texts.gettext("Value"), 1.6)


def _number(value: object, told: Telling, *, decimals: int = 0) -> str:
    known = isinstance(value, int | float)
    return told.texts.number(float(value) if known else float("nan"), decimals=decimals)  # type: ignore[arg-type]


def data_blocks(told: Telling) -> list[Block]:
    """How whole is the data, and what was left out?"""
    texts, manifest = told.texts, told.result.manifest
    covered = manifest.get("study_area_covered")
    share = _share(covered, told)
    dropped = manifest.get("dropped")
    nameless = int((told.actors["name"].fillna("") == "").sum())
    paragraphs = [
        texts.gettext(
            "OpenStreetMap is made by volunteers. It is good at streets and uneven at shops, associations and names. "
            "No data is not the same as none: check what matters on site."
        )
    ]
    if isinstance(covered, float) and covered < WHOLE:
        whole = "The extract holds {share} of the study area: what lies outside is not known."
        paragraphs.append(texts(whole, share=share))
    if manifest.get("crs") == f"EPSG:{SWEREF99_TM}":
        paragraphs.append(texts.gettext("In Sweden only a part of all addresses and buildings is mapped."))
    rows = [
        (texts.gettext("Map data of"), data_date(told.result) or texts.gettext("unknown date")),
        (texts.gettext("Share of the study area that the map data holds"), share),
        (texts.gettext("Actors"), texts.number(len(told.actors))),
        (texts.gettext("Of them without a name in the map data"), texts.number(nameless)),
        *_dropped_rows(dropped if isinstance(dropped, Mapping) else {}, told),
    ]
    if manifest.get("crs") == f"EPSG:{SWEREF99_TM}":
        rows[2:2] = [(texts.gettext(what), texts.percent(each)) for what, each in MAPPED_IN_SWEDEN.items()]
    caption = texts.gettext("What the data holds, and what was left out")
    columns = [Column(texts.gettext("What"), 2.6), Column(texts.gettext("How much"), number=True)]
    return [
        Heading(texts.gettext("Quality of the data")),
        Paragraph(" ".join(paragraphs)),
        table(caption, columns, rows, span=0.8),
        *_layers_table(told),
    ]


def _layers_table(told: Telling) -> list[Block]:
    """What became of the rows of the analyst's own layers; nothing where there are none."""
    texts, layers = told.texts, told.result.manifest.get("layers")
    if not isinstance(layers, list) or not layers:
        return []
    rows = [
        (
            plain(str(each.get("path", ""))),
            ", ".join(filter(None, (plain(str(each.get("source", ""))), plain(str(each.get("date", "")))))),
            _number(each.get("rows"), told),
            texts.number(sum(each.get(key, 0) for key in ("own_housing", "merged_with_osm", "added"))),
        )
        for each in layers
    ]
    columns = [
        Column(texts.gettext("File"), 1.5),
        Column(texts.gettext("Source and date"), 1.5),
        Column(texts.gettext("Rows"), 0.7, number=True),
        Column(texts.gettext("Of them used"), 0.8, number=True),
    ]
    return [table(texts.gettext("Own layers; the manifest tells what was left out and why"), columns, rows)]


def _share(covered: object, told: Telling) -> str:
    return told.texts.percent(float(covered) if isinstance(covered, int | float) else float("nan"))


def _dropped_rows(dropped: Mapping[str, object], told: Telling) -> list[tuple[str, str]]:
    return [
        (told.texts.gettext(DROPPED.get(key, key.replace("_", " "))), _number(n, told))
        for key, n in dropped.items()
        if isinstance(n, int | float)
    ]


def source_blocks(told: Telling) -> list[Block]:
    """Where do the data come from, under which licence, and which program made this?"""
    texts, manifest = told.texts, told.result.manifest
    source = manifest.get("source")
    known = source if isinstance(source, Mapping) else {}
    rows = [
        (texts.gettext("Map data"), texts.gettext(ATTRIBUTION)),
        (texts.gettext("File"), plain(str(known.get("path", "")))),
        (texts.gettext("Map data of"), data_date(told.result) or texts.gettext("unknown date")),
        (texts.gettext("Checksum (SHA-256)"), plain(str(known.get("sha256", "")))),
        (texts.gettext("Coordinate system"), plain(str(manifest.get("crs", "")))),
        (texts.gettext("Program"), f"grannskap {plain(str(manifest.get('version', '')))}"),
    ]
    return [
        Heading(texts.gettext("Sources and licence")),
        table(texts.gettext("Where the data come from"), [Column(texts.gettext("What"), 0.8), _value(told)], rows),
        *(Paragraph(line, "small") for line in small_print(told.result, texts)),
    ]

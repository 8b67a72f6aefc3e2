"""What the columns of the layers are called for people who open them in a GIS."""

from grannskap.language import Texts
from grannskap.language import marked as _

_NAMES = {
    "rank": _("Rank"),
    "rank_low": _("Rank, lowest likely"),
    "rank_high": _("Rank, highest likely"),
    "p_top10": _("Probability to be among the first ten"),
    "actor_id": _("Actor, id"),
    "destination_id": _("Destination, id"),
    "element_id": _("Id in the map data"),
    "way_id": _("Street, id"),
    "name": _("Name"),
    "kind": _("Kind"),
    "function": _("Function"),
    "highway": _("Sort of street (OpenStreetMap)"),
    "layer": _("Level"),
    "u": _("From node"),
    "v": _("To node"),
    "length_m": _("Length (m)"),
    "distance_m": _("Distance on foot (m)"),
    "cost_m": _("Perceived distance (m)"),
    "snap_m": _("Distance to the street (m)"),
    "flow_uv": _("Walks per week in the direction of the line"),
    "flow_vu": _("Walks per week against the direction of the line"),
    "legs_per_week": _("Walks per week, there and back"),
    "trips_per_week": _("Trips per week"),
    "passages_per_week": _("Passages per week"),
    "visits_per_week": _("Visits per week"),
    "minutes_per_week": _("Minutes per week alongside"),
    "share_of_trips": _("Share of all walks"),
    "main_function": _("Mostly on the way to or from"),
    "sensitive": _("Not to be shared"),
    "source": _("Source"),
    "lon": _("Longitude (WGS 84)"),
    "lat": _("Latitude (WGS 84)"),
    "walks_per_week": _("Walks per week"),
    "often_passed": _("How often"),
}
_FAMILIES = {
    "legs_": _("Walks per week: {function}"),
    "passages_": _("Passages per week: {function}"),
}

LAYER_NAMES = {
    "site": _("The site"),
    "edges": _("Calculated walks"),
    "actors": _("Actors by rank"),
    "actor_areas": _("Plots and buildings of actors"),
    "destinations": _("Destinations by function"),
    "study_area": _("Study area"),
    "buildings": _("Buildings"),
    "green": _("Green areas"),
    "water": _("Water"),
    "streets": _("Streets"),
    "not_shown": _("Area where walks are not shown"),
}


def field_name(column: str, texts: Texts) -> str:
    """What is a column called for people?

    Examples
    --------
    >>> from grannskap.language import texts_for
    >>> field_name("passages_transit", texts_for("sv"))
    'Passager per vecka: Kollektivtrafik'
    """
    if column in _NAMES:
        return texts.gettext(_NAMES[column])
    for start, name in _FAMILIES.items():
        if column.startswith(start):
            return texts(name, function=texts.gettext(f"function:{column.removeprefix(start)}"))
    return column

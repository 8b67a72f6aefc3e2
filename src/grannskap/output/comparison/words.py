"""What measures are called in a comparison, what each says in plain words, and how their numbers are written."""

import math
from dataclasses import dataclass

from grannskap.comparison.causes import ASSUMPTIONS, DATA, PLACE
from grannskap.comparison.measures import Measure
from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.language.writing import amount, plain
from grannskap.output.webmap.points import metres

COMPLETENESS = (
    *("covered", "lit_known_share", "surface_known_share", "slope_known_share"),
    *("named_passages_share", "seats_per_km"),
)
THEMES = {
    _("What residents can reach"): (*("served_share", "n_within_reach", "nearest_m", "expected_m", "detour_factor"),),
    _("Whom the walks pass"): ("passages_per_100_trips", "school_frontage_share"),
    _("How the walks spread"): ("flow_gini", "busiest_tenth_share"),
    _("What the way is like"): ("longest_without_seat_m", "unlit_share"),
    _("How complete the data is"): COMPLETENESS,
}
"""In which order, and under which heading, does a page tell the measures?"""

OTHER = _("Other measures")

SAYS = {
    "served_share": _("How large a share of the trips finds somewhere to go within reach on foot."),
    "n_within_reach": _("How many places of each sort the map data holds within reach on foot."),
    "nearest_m": _("How far it is to walk, from door to door, to the nearest place."),
    "expected_m": _("How long an errand is one way on average, when residents choose among the places within reach."),
    "detour_factor": _("How much longer the walk is than the straight line: at 1.30 it is 30 per cent longer."),
    "passages_per_100_trips": _("How often 100 trips, there and back, come past actors of each kind."),
    "school_frontage_share": _("How much of the walking takes place beside a compulsory school or a preschool."),
    "flow_gini": _(
        "How unevenly the walks spread over the streets that are used: 0 where all carry the same, towards 1 where a "
        "few carry nearly all."
    ),
    "busiest_tenth_share": _("How much of the walking takes place on the busiest tenth of the streets that are used."),
    "longest_without_seat_m": _("How far residents walk at most, on the way to a place, without a seat at hand."),
    "unlit_share": _("How much of the walking takes place on streets that the map data tells are unlit."),
    "covered": _("How much of the study area lies within the map data."),
    "lit_known_share": _("How much of the walking takes place where the map data tells whether there is lighting."),
    "surface_known_share": _("How much of the walking takes place where the map data tells the surface."),
    "slope_known_share": _("How much of the walking takes place where the slope is known."),
    "named_passages_share": _("How many of the passages are of actors whose name is known."),
    "seats_per_km": _("How many seats the map data holds for each kilometre of street."),
}
"""One sentence for a reader who does not work with numbers. The exact definition stands in ``measures.toml``."""

CAUSES = {PLACE: _("the place"), DATA: _("the map data"), ASSUMPTIONS: _("the assumptions")}
SIGNS = {DATA: "†", ASSUMPTIONS: "‡"}
"""What stands beside a value whose difference may not come from the place."""

SHARE, METRES, RATIO, GINI, PLACES = "share", "m", "ratio", "Gini coefficient", "places"
_DECIMALS = {RATIO: 2, GINI: 2, PLACES: 0}
_FINE_PERCENT, _LEAST_PERCENT = 0.95, 0.1  # below the first with a decimal, below the second as less than it


@dataclass(frozen=True, slots=True)
class Numbers:
    """How are the values of one unit written?

    Examples
    --------
    >>> from grannskap.language import texts_for
    >>> metre = Numbers("m", texts_for("sv"))
    >>> metre.value(340.2), metre.value(0.0), metre.value(math.nan)
    ('340 m', '0 m', 'ingen uppgift')
    >>> metre.difference(-123.0), Numbers("share", texts_for("en")).difference(0.12)
    ('−120 m', '+12 percentage points')
    """

    unit: str
    texts: Texts

    def value(self, value: float) -> str:
        """How is a value written? What is not known is "no data", and never 0."""
        if not math.isfinite(value):
            return self.texts.gettext("no data")
        return self._with_unit(self._bare(value))

    def interval(self, low: float, high: float) -> str:
        """How is an interval written: "290-410", with an en dash? "" where there is none."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return ""
        ends = dict.fromkeys((self._bare(low), self._bare(high)))
        return self._with_percent("\N{EN DASH}".join(ends))

    def difference(self, difference: float) -> str:
        """How is a difference written, with its sign? "no data" where it is not known."""
        if not math.isfinite(difference):
            return self.texts.gettext("no data")
        text = self._signed(difference)
        if self.unit == SHARE:
            return self.texts("{n} percentage points", n=text)
        return self._with_unit(text)

    def difference_interval(self, low: float, high: float) -> str:
        """How is the interval of a difference written, each end with its sign? "" where there is none."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return ""
        ends = dict.fromkeys((self._signed(low), self._signed(high)))
        return self.texts.gettext(" to ").join(ends)

    def tick(self, value: float, *, last: bool) -> str:
        """What stands at a line of the scale? The unit stands at the last."""
        if self.unit in (SHARE, METRES):
            text = self.texts.number(value * 100 if self.unit == SHARE else value)
            return self._with_unit(text) if last else text
        decimals = next((n for n in range(3) if math.isclose(value, round(value, n), abs_tol=1e-9)), 2)
        return self.texts.number(value, decimals=decimals)

    def _signed(self, difference: float) -> str:
        text = self._bare(abs(difference))
        if text.strip("0.,") == "":
            return text
        return ("+" if difference > 0 else "\N{MINUS SIGN}") + text

    def _bare(self, value: float) -> str:
        if self.unit == SHARE:
            return self._percents(value * 100)
        if self.unit == METRES:
            return metres(value, self.texts).removesuffix(" m")
        if self.unit in _DECIMALS:
            return self.texts.number(value, decimals=_DECIMALS[self.unit])
        return amount(value, self.texts)

    def _percents(self, percents: float) -> str:
        if 0 < percents < _LEAST_PERCENT:
            return "< " + self.texts.number(_LEAST_PERCENT, decimals=1)
        return self.texts.number(percents, decimals=1 if 0 < percents < _FINE_PERCENT else 0)

    def _with_unit(self, text: str) -> str:
        return f"{text} m" if self.unit == METRES else self._with_percent(text)

    def _with_percent(self, text: str) -> str:
        if self.unit != SHARE:
            return text
        percent = self.texts.percent(0.0)
        return text + percent.removeprefix("0")


def measure_name(measure: str, texts: Texts) -> str:
    """What is a measure called?"""
    return texts.gettext(f"measure:{measure}")


def of_name(by: str, of: str, texts: Texts) -> str:
    """What is the function or kind called that a measure is of? All errands together where it is of none."""
    if not of:
        return texts.gettext("All errands together") if by == "function" else texts.gettext("All")
    return plain(texts.gettext(f"{by or 'function'}:{of}"))


def long_name(measure: Measure, of: str, texts: Texts) -> str:
    """How is a column of one measure called, such as "Nearest place (m): Groceries"?"""
    name = measure_name(measure.id, texts)
    return f"{name}: {of_name(measure.by, of, texts)}" if measure.by and (of or measure.overall) else name


def causes_text(cause: str, texts: Texts) -> str:
    """How are the causes of a difference told within a sentence?"""
    *first, last = [texts.gettext(CAUSES[each]) for each in cause.split(", ") if each in CAUSES] or [""]
    return texts("{first} or {last}", first=", ".join(first), last=last) if first else last


def signs(cause: str, *, silent: str = "") -> str:
    """Which signs stand beside a value for causes other than the place, one cause left out?

    Examples
    --------
    >>> signs("place, data, assumptions"), signs("place, data", silent="data")
    ('†‡', '')
    """
    return "".join(SIGNS[each] for each in cause.split(", ") if each in SIGNS and each != silent)

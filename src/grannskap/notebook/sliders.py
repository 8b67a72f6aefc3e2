"""Assumptions side by side: move one, and see which ranks move and which stand."""

from typing import Any

from grannskap.errors import GrannskapError
from grannskap.language import marked as _
from grannskap.language import texts_for
from grannskap.notebook.controls import widgets
from grannskap.notebook.moving import moves
from grannskap.notebook.parts import Row, Status, as_output, kindly
from grannskap.notebook.plots_change import plot_moves
from grannskap.pipeline import analyse
from grannskap.place.place import Place
from grannskap.result import Result
from grannskap.routes.roundwalks import ROUND_WALK
from grannskap.study.changing import assumed
from grannskap.study.model import Study

LEAST_REACH_M, REACH_STEP_M = 200, 100
MOST_TIMES, LEAST_MOST = 2, 20
"""Trips can be moved up to so many times those of the study, or up to so many where these are few."""
_METHODS = {
    "logit": _("all reasonable ways, short ones more often"),
    "shortest": _("only the shortest way"),
    "within_detour": _("all ways that are not much longer"),
}


class AssumptionSliders:
    """Which ranks move when reach, trips or route choice are others, and which stand?

    Parameters
    ----------
    result : Result
        What is compared with.
    place : Place
        What ``result`` was worked out from, so that nothing is read anew.

    Attributes
    ----------
    after : Result
        With the assumptions as they stand.
    rows : dict of str to Row
        ``radius``, ``method`` and each function of the profile.
    """

    def __init__(self, result: Result, place: Place) -> None:
        self.before = self.after = result
        self.place, self.texts = place, texts_for(result.study.language)
        self.rows = {"radius": self._radius(), "method": self._method(), **self._trips()}
        self.status, self.chart, self.table = Status(), widgets.HTML(), widgets.HTML()
        self.back = widgets.Button(description=self.texts.gettext("Back to the study"), layout={"width": "auto"})
        self.back.on_click(self._back)
        self._start = {name: row.field.value for name, row in self.rows.items()}
        self._still = False
        for row in self.rows.values():
            row.field.observe(self._moved, "value")
        self.box = widgets.VBox(
            [
                *(row.box for row in self.rows.values()),
                widgets.HBox([self.back, self.status.box]),
                self.chart,
                self.table,
            ]
        )
        self._show()

    def _repr_mimebundle_(self, **how: Any) -> Any:
        """How does it show itself in a notebook? As a widget."""
        return as_output(self.box, self.texts, how)

    def _radius(self) -> Row:
        most = int(self.before.study.reach.radius_m)
        field = widgets.IntSlider(
            value=most,
            min=min(LEAST_REACH_M, most),
            max=most,
            step=REACH_STEP_M,
            continuous_update=False,
        )
        return Row(self.texts.gettext("Within reach, in metres"), field)

    def _method(self) -> Row:
        choices = [(self.texts.gettext(label), key) for key, label in _METHODS.items()]
        field = widgets.Dropdown(options=choices, value=self.before.study.model.method)
        return Row(self.texts.gettext("How ways are chosen"), field)

    def _trips(self) -> dict[str, Row]:
        profile = self.before.study.profile
        trips = {name: demand.trips_per_week for name, demand in profile.functions.items()}
        if profile.round_walks.trips_per_week > 0:
            trips[ROUND_WALK] = profile.round_walks.trips_per_week
        return {name: self._slider(name, n) for name, n in trips.items()}

    def _slider(self, name: str, trips: float) -> Row:
        most = max(MOST_TIMES * trips, LEAST_MOST)
        field = widgets.FloatSlider(value=trips, min=0, max=most, step=1, readout_format=".0f", continuous_update=False)
        label = self.texts("Trips a week: {function}", function=self.texts.gettext(f"function:{name}"))
        return Row(label, field)

    @property
    def study(self) -> Study:
        """Which study do the sliders describe?"""
        values = {name: row.field.value for name, row in self.rows.items()}
        changed = {name: value for name, value in values.items() if value != self._start[name]}
        radius, method = changed.pop("radius", None), changed.pop("method", None)
        return assumed(
            self.before.study, radius_m=None if radius is None else float(radius), method=method, trips=changed
        )

    def _moved(self, _: object = None) -> None:
        if self._still:
            return
        for row in self.rows.values():
            row.problem("")
        with kindly(self._problem, self.texts):
            self.status.show(self.texts.gettext("Calculates walks"), 0.5)
            study = self.study
            self.after = self.before if study == self.before.study else analyse(study, self.place)
            self._show()

    def _back(self, _: object = None) -> None:
        """All sliders where the study has them."""
        self._still = True
        for name, row in self.rows.items():
            row.field.value = self._start[name]
        self._still = False
        self._moved()

    def _problem(self, error: GrannskapError | Exception, text: str) -> None:
        self.status.done()
        self.rows["radius" if isinstance(error, GrannskapError) else "method"].problem(text)

    def _show(self) -> None:
        moved = moves(self.before, self.after)
        self.chart.value = plot_moves(moved, self.after).html()
        self.table.value = moved._repr_html_()
        self.status.done()

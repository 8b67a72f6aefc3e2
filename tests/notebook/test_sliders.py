"""Sliders: each moves one assumption, the rest stays, and what goes wrong is told."""

import pytest

from grannskap.place.place import Place
from grannskap.result import Result

pytest.importorskip("ipywidgets", reason="ipywidgets is not installed, so no slider is moved")

from grannskap.notebook import sliders as module
from grannskap.notebook.sliders import AssumptionSliders


@pytest.fixture
def sliders(town_result: Result, town_place: Place) -> AssumptionSliders:
    return AssumptionSliders(town_result, town_place)


def test_they_begin_where_the_study_is(sliders: AssumptionSliders, town_result: Result) -> None:
    assert set(sliders.rows) == {"radius", "method", "groceries", "library"}
    assert sliders.study == town_result.study
    assert sliders.after is town_result
    assert "står kvar" in sliders.table.value
    assert sliders.chart.value.startswith("<img ")
    assert "application/vnd.jupyter.widget-view+json" in sliders._repr_mimebundle_()


@pytest.mark.parametrize(
    ("name", "value"), [("radius", 200), ("method", "shortest"), ("groceries", 0), ("library", 20)]
)
def test_each_moves_one_assumption(
    sliders: AssumptionSliders, town_result: Result, name: str, value: float | str
) -> None:
    before = sliders.table.value
    sliders.rows[name].field.value = value
    study, first = sliders.after.study, town_result.study
    changed = {
        "radius": study.reach.radius_m != first.reach.radius_m,
        "method": study.model.method != first.model.method,
        **{
            f: study.profile.functions[f].trips_per_week != first.profile.functions[f].trips_per_week
            for f in first.profile.functions
        },
    }
    assert [each for each, is_other in changed.items() if is_other] == [name]
    assert sliders.before is town_result
    if name != "method":  # there is but one way to each place here, or two alike
        assert sliders.table.value != before
        assert list(sliders.after.actors.passages_per_week) != list(town_result.actors.passages_per_week)


def test_back_is_where_it_began_and_reckons_nothing(
    sliders: AssumptionSliders, town_result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sliders.table.value
    sliders.rows["library"].field.value = 19
    sliders.rows["groceries"].field.value = 1
    asked: list[object] = []
    monkeypatch.setattr(module, "analyse", lambda *parts: asked.append(parts))
    sliders.back.click()
    assert asked == []
    assert sliders.after is town_result
    assert sliders.table.value == before


def test_reach_goes_no_farther_than_what_was_read(sliders: AssumptionSliders) -> None:
    assert sliders.rows["radius"].field.max == 600


def test_what_goes_wrong_is_told_beside_a_slider(sliders: AssumptionSliders, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(module, "analyse", broken)
        sliders.rows["library"].field.value = 19
    assert "Något gick fel" in sliders.rows["method"].message.value
    sliders.rows["library"].field.value = 18
    assert sliders.rows["method"].message.value == ""

"""Every figure tells its title, its unit, its source and its date, in the colours of the maps, and within its edges."""

import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

import grannskap as gk
from grannskap import notebook as nb
from grannskap.errors import TableError
from grannskap.notebook.changing import Change
from grannskap.notebook.charts import Chart, styled
from grannskap.output import look
from grannskap.place.place import Place
from grannskap.result import Result
from grannskap.study.changing import assumed

COLOURS = {
    *(look.PAPER, look.INK, look.QUIET_INK, look.RULE, look.ACCENT, look.PRINT_SHEET),
    *(*look.FLOW_COLOURS, *look.GROUND.values(), look.PRINT_HALO, "#ffffff"),
}
COVERS = 0.004
"""What covers this share of a figure is an area of one colour, and no edge between two."""
VEILED = 12
"""A map's ground lies under a thin veil outside the study area."""
Draw = Callable[[Result, Place], Chart]


def change(result: Result, place: Place) -> Change:
    closed = nb.without_way(place, place.streets.edges.name.iloc[-1])
    return nb.before_after(result, gk.analyse(result.study, closed))


def moved(result: Result, place: Place) -> Chart:
    other = gk.analyse(assumed(result.study, method="shortest"), place)
    return nb.plot_moves(nb.moves(result, other), other)


def sites(result: Result, _: Place) -> Chart:
    return nb.plot_sites(gk.compare([result, result]), [result, result])


def question(number: int, result: Result, _: Place) -> Chart:
    return nb.plot_question(result, number)


DRAWN: dict[str, tuple[Draw, str, str]] = {
    "access": (lambda r, _: nb.plot_access(r), "Vad brukarna når till fots inom", "meter till fots"),
    "ranks": (lambda r, _: nb.plot_ranks(r), "Förslag till kontaktordning", "rang efter passager per vecka"),
    "sensitivity": (lambda r, _: nb.plot_sensitivity(r), "när ett antagande ändras", "så många av de"),
    "kinds": (lambda _, p: nb.plot_kinds(p), "Vad som finns i grannskapet", "Antal platser"),
    "completeness": (lambda _, p: nb.plot_completeness(p), "Hur mycket kartdata berättar", "Andel av det karterade"),
    "network": (lambda _, p: nb.plot_network(p), "Gångnätet", "Kilometer gata och väg"),
    "dropped": (lambda _, p: nb.plot_dropped(p), "Vad av kartdata som inte kunde användas", "Antal delar"),
    "moves": (moved, "Vilka ranger som flyttar", "rang efter passager per vecka"),
    "change": (lambda r, p: nb.plot_change(change(r, p)), "Vad ändringen gör", "meter till fots"),
    "change map": (lambda r, p: nb.plot_change_map(change(r, p)), "Var gångvägarna går", "gångvägar per vecka"),
    "passing": (lambda r, _: nb.plot_passing(r, r.actors.actor_id.iloc[0]), "Gångvägar förbi", "gångvägar per vecka"),
    **{
        f"question {n}": (partial(question, n), title, unit)
        for n, (title, unit) in enumerate(
            [
                ("Vad brukarna behöver, och var det finns", "bokstäver: platser som resorna går till"),
                ("Hur brukarna tar sig dit och hem", "gångvägar per vecka"),
                ("Var brukarna går i området", "gångvägar per vecka"),
                ("Vilka aktörer som passeras", "rang efter passager per vecka"),
                ("Vilka som kan kontaktas först", "rang efter passager per vecka"),
            ],
            start=1,
        )
    },
    "sites": (sites, "Platserna sida vid sida", "Värde (prick)"),
    "one measure": (
        lambda r, _: nb.plot_sites(gk.compare([r, r]), [r, r], measure="nearest_m"),
        "Närmaste plats till fots",
        "Värde (prick)",
    ),
}
every_figure = pytest.mark.parametrize("name", DRAWN)


@pytest.fixture(scope="module")
def drawn(town_result: Result, town_place: Place) -> dict[str, Chart]:
    return {name: draw(town_result, town_place) for name, (draw, _, _) in DRAWN.items()}


def texts(figure: Figure) -> list[Text]:
    found: list[Any] = figure.findobj(Text)
    return [each for each in found if each.get_text() and each.get_visible()]


@every_figure
def test_title_unit_source_and_date(drawn: dict[str, Chart], name: str) -> None:
    said = [each.get_text() for each in texts(drawn[name].figure)]
    _, title, unit = DRAWN[name]
    assert any(title in text for text in said), said
    assert any(unit in text for text in said), said
    assert any("2020-01-01" in text and "© OpenStreetMaps bidragsgivare (ODbL)" in text for text in said), said
    assert any("world.osm" in text for text in said)


@every_figure
def test_it_is_a_picture_with_words_and_fetches_nothing(drawn: dict[str, Chart], name: str) -> None:
    shown = drawn[name]._repr_mimebundle_()
    assert re.search(r'^<img src="data:image/png;base64,[\w+/=]+" alt="[^"<]{20,}" style="[^"]*">$', shown["text/html"])
    assert "<b>" not in shown["text/html"]
    assert drawn[name].png().startswith(b"\x89PNG")


@every_figure
def test_nothing_is_drawn_outside_the_figure(drawn: dict[str, Chart], name: str) -> None:
    assert_within(drawn[name].figure)


@pytest.mark.parametrize("draw", [nb.plot_ranks, nb.plot_sensitivity, nb.plot_access])
def test_nothing_is_drawn_outside_where_names_and_numbers_are_long(
    sample_result: Result, draw: Callable[[Result], Chart]
) -> None:
    assert_within(draw(sample_result).figure)


def assert_within(figure: Figure) -> None:
    with styled():
        used = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert used.x0 >= 0, used
    assert used.y0 >= 0, used
    assert used.x1 <= width, used
    assert used.y1 <= height, used


@every_figure
def test_colours_are_those_of_the_maps(drawn: dict[str, Chart], name: str) -> None:
    picture = Image.open(io.BytesIO(drawn[name].png())).convert("RGB")
    pixels = np.asarray(picture, np.uint32).reshape(-1, 3) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    values, counts = np.unique(pixels, return_counts=True)
    large = np.array([[v >> 16, v >> 8 & 255, v & 255] for v in values[counts > COVERS * len(pixels)].tolist()])
    assert len(large) > 1
    known = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in COLOURS])
    away = [int(np.abs(known - colour).max(axis=1).min()) for colour in large]
    assert max(away) <= VEILED, large


def test_numbers_are_written_in_swedish(sample_result: Result, sample_place: Place) -> None:
    said = " ".join(each.get_text() for each in texts(nb.plot_network(sample_place).figure))
    assert re.search(r"\d,\d", said)
    assert not re.search(r"\d\.\d", said.replace("osm.pbf", ""))
    whole = nb.plot_access(sample_result)
    with styled():
        whole.figure.canvas.draw()
    assert "1\N{NARROW NO-BREAK SPACE}200" in " ".join(each.get_text() for each in texts(whole.figure))


def test_missing_access_is_hatched_and_said(kotka_result: Result) -> None:
    chart = nb.plot_access(kotka_result)
    said = [each.get_text() for each in texts(chart.figure)]
    unmet = int((kotka_result.access.n_within_reach == 0).sum())
    assert unmet > 0
    assert said.count("inget i kartdata inom räckhåll") == unmet
    assert sum(bool(patch.get_hatch()) for patch in chart.figure.axes[0].patches) == unmet


def test_ranks_show_their_intervals_and_no_hidden_neighbour(town_result: Result) -> None:
    chart = nb.plot_ranks(town_result)
    assert "Hemliga huset" not in chart.alt
    drawn = [np.asarray(line.get_xdata(), float).tolist() for line in chart.figure.axes[0].lines]
    lines = [tuple(line) for line in drawn if len(line) == 2]
    shown = town_result.actors[~town_result.actors.sensitive & (town_result.actors.passages_per_week > 0)]
    known = [(float(low), float(high)) for low, high in zip(shown.rank_low, shown.rank_high, strict=True)]
    assert lines == known


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (1, "Inom 600 m finns något för varje funktion i profilen."),
        (2, "Brukarnas resor är i genomsnitt 24"),
        (3, "De gator som används mest är Södra gatan"),
        (4, "5 av 5 aktörer passeras, oftast Förskolan Ängen."),
        (5, "Säkrast bland de 10 första: 1, 2, 3, 4, 6."),
    ],
)
def test_each_question_has_a_map_with_one_sentence(town_result: Result, number: int, sentence: str) -> None:
    chart = nb.plot_question(town_result, number)
    assert any(each.get_text().startswith(sentence) for each in texts(chart.figure)), chart.alt
    assert sentence in chart.alt
    assert not any("Hemliga" in each.get_text() for each in texts(chart.figure))


def test_the_map_of_needs_has_a_letter_for_every_function_and_no_walks(sample_result: Result) -> None:
    said = [each.get_text() for each in texts(nb.plot_question(sample_result, 1).figure)]
    letters = [look.function_sign(each).letter for each in sample_result.study.profile.functions]
    assert all(said.count(letter) >= 2 for letter in letters), said  # on the map and in the legend
    assert not any(re.fullmatch(r"\d+–\d+", each) for each in said)


def test_the_maps_of_actors_number_the_first_and_tell_what_the_ground_lacks(sample_result: Result) -> None:
    numbers = {n: [each.get_text() for each in texts(nb.plot_question(sample_result, n).figure)] for n in (4, 5)}
    assert all(str(rank) in numbers[4] for rank in range(1, 31))
    assert all(str(rank) in numbers[5] for rank in range(1, 11))
    assert "11" not in numbers[5]
    assert "Kartdata saknas" in numbers[4]


def test_there_is_no_map_of_a_sixth_question(town_result: Result) -> None:
    with pytest.raises(TableError, match="there is no question 6"):
        nb.plot_question(town_result, 6)


def test_bars_are_as_long_as_what_they_tell(town_place: Place) -> None:
    chart = nb.plot_completeness(town_place)
    bars: Any = chart.figure.axes[0].patches
    widths = [bar.get_width() for bar in bars if not bar.get_hatch()]
    assert widths == pytest.approx(nb.completeness(town_place).share.fillna(0).tolist())
    assert widths[:2] == pytest.approx([300 / 600, 200 / 600], abs=1e-4)  # of 600 m of street, 300 m tell of light


def test_a_figure_says_the_same_in_english(town_result: Result, town_place: Place) -> None:
    said = [each.get_text() for each in texts(nb.plot_access(town_result, language="en").figure)]
    assert "What residents can reach on foot within 600 m" in said
    said = [each.get_text() for each in texts(nb.plot_dropped(town_place, language="en").figure)]
    assert "What was left out of the map data" in said

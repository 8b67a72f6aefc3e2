"""What the terminal says: ten actors, what is missing, where the files are, and no names that do anything."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from rich.console import Console

from grannskap.output.terminal import WIDTH_IN_A_PIPE, console, summary

if TYPE_CHECKING:
    from grannskap.result import Result

FILES = [Path("ut") / name for name in ("map.html", "actors.csv")]


def said(result: "Result", language: str | None = None, *, width: int = 120) -> str:
    screen = io.StringIO()
    here = Console(file=screen, width=width, highlight=False, color_system=None)
    here.print(summary(result, FILES, language=language))
    return screen.getvalue()


def rows(text: str) -> list[list[str]]:
    """The cells of the table of actors, without its header."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if line.startswith("│")]


def with_names(result: "Result", *names: str) -> "Result":
    actors = result.actors.head(len(names)).assign(name=list(names))
    return replace(result, actors=actors)


def test_ten_open_actors_in_order(small_result: "Result") -> None:
    table = rows(said(small_result))
    # Rank 9 is a group home, which is told to nobody; rank 12 is never passed.
    assert [int(row[0]) for row in table] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11]
    assert table[7][1:] == ["Förskolan Ängen", "Förskola", "29", "Mataffär"]
    assert table[6][1] == "(namn saknas i kartdata)"
    assert "Hemligt boende" not in said(small_result)


def test_no_more_than_ten(small_result: "Result") -> None:
    more = small_result.actors.assign(sensitive=False, passages_per_week=1.0)
    assert len(rows(said(replace(small_result, actors=more)))) == 10


def test_what_is_missing_and_where_the_files_are(small_result: "Result") -> None:
    text = said(small_result)
    assert "Saknas i kartdata inom 300 m: Apotek." in text
    assert "Filer i ut: map.html, actors.csv" in text
    assert "Kartdata från 2020-12-14" in text
    assert "© OpenStreetMaps bidragsgivare (ODbL)" in text


def test_nothing_missing(small_result: "Result") -> None:
    served = replace(small_result, access=small_result.access.assign(n_within_reach=1))
    assert "Inom 300 m finns något för varje funktion i profilen." in said(served)


def test_nobody_passed(small_result: "Result") -> None:
    quiet = replace(small_result, actors=small_result.actors.assign(passages_per_week=0.0))
    assert rows(said(quiet)) == []
    assert "Inga aktörer passeras" in said(quiet)


def test_in_english(small_result: "Result") -> None:
    text = said(small_result, "en")
    assert "Actors that are often passed (suggested order of contact)" in text
    assert "Preschool" in text
    assert "Not in the map data within 300 m: Pharmacy." in text


@pytest.mark.parametrize(
    ("covered", "told"), [(0.373, True), (0.99, True), (0.999, False), (1.0, False), (None, False)]
)
def test_how_much_the_extract_covers(small_result: "Result", covered: float | None, told: bool) -> None:
    known = replace(small_result, manifest={**small_result.manifest, "study_area_covered": covered})
    assert ("av studieområdet" in said(known)) is told


@pytest.mark.parametrize("source", [{}, {"data_date": ""}, None])
def test_a_date_that_is_not_known(small_result: "Result", source: object) -> None:
    assert "Kartdata från okänt datum" in said(replace(small_result, manifest={"source": source}))


@pytest.mark.parametrize(
    "name",
    ["[bold]x[/bold]", "[red", "[/]", "[link=http://x]y[/link]", ":smile:", "{name}", "%s", "\\[x]", "[#ff0000]"],
)
def test_names_are_text_and_never_markup(small_result: "Result", name: str) -> None:
    assert rows(said(with_names(small_result, name)))[0][1] == name


def test_a_kind_and_a_study_are_text_too(small_result: "Result") -> None:
    own = small_result.actors.head(1).assign(kind="[bold]kind", main_function="[red]")
    text = said(replace(small_result, actors=own, study=replace(small_result.study, name="[bold]study[/bold]")))
    assert text.startswith("[bold]study[/bold]\n")
    assert rows(text)[0][2] == "[bold]kind"
    assert rows(text)[0][4] == "[red]"


@pytest.mark.parametrize(
    "name", ["a\x1b[31mb", "a\x1b]0;title\x07b", "a\u202eb", "a\rb", "a\nb", "a\u2066b", "a\x9b31mb"]
)
def test_names_do_not_steer_the_terminal(small_result: "Result", name: str) -> None:
    text = said(with_names(small_result, name))
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) == []
    assert len(rows(text)) == 1


def test_names_keep_their_letters_and_signs(small_result: "Result", hostile_names: tuple[str, ...]) -> None:
    shown = [row[1] for row in rows(said(small_result))[: len(hostile_names)]]
    assert shown == list(hostile_names)


def test_long_names_are_folded_and_not_cut(small_result: "Result") -> None:
    name = "Föreningen " + "x" * 200
    cells = rows(said(with_names(small_result, name), width=80))
    assert "".join(row[1] for row in cells).replace(" ", "") == name.replace(" ", "")


def test_wide_enough_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert console().width == WIDTH_IN_A_PIPE
    console().print("[b]ut[/b]")
    console(to_errors=True).print("fel")
    assert capsys.readouterr() == ("ut\n", "fel\n")


def test_the_width_of_a_terminal_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "72")
    assert console().width == 72


# --- how sure the order is -----------------------------------------------------------------------------------


def with_intervals(result: "Result") -> "Result":
    rank = result.actors["rank"]
    return replace(result, actors=result.actors.assign(rank_low=rank, rank_high=rank + rank % 3, p_top10=0.5))


def test_each_rank_stands_beside_its_interval(small_result: "Result") -> None:
    table = rows(said(with_intervals(small_result), width=140))
    assert [row[:2] for row in table[:4]] == [["1", "1–2"], ["2", "2–4"], ["3", "3"], ["4", "4–5"]]
    assert table[7][2:] == ["Förskolan Ängen", "Förskola", "29", "Mataffär"]
    assert "där rangen hamnar i 90\xa0% av 200 beräkningar" in said(with_intervals(small_result), width=200)
    assert "in 90% of 200 draws" in said(with_intervals(small_result), "en", width=200)


def test_without_draws_no_interval_is_told(small_result: "Result") -> None:
    assert "Sannolik rang" not in said(small_result)
    assert len(rows(said(small_result))[0]) == 5


def moved(result: "Result", *row: object, language: str = "sv") -> str:
    """What is said when this is the assumption that moves the order most."""
    first = pd.DataFrame([row], columns=list(result.sensitivity.columns)) if row else result.sensitivity.iloc[:0]
    table = pd.concat([first, result.sensitivity], ignore_index=True) if row else first
    text = said(replace(result, sensitivity=table), language, width=300)
    start = {"sv": "Ordningen", "en": "The order"}[language]
    return next((line.strip() for line in text.splitlines() if line.startswith(start)), "")


@pytest.mark.parametrize(
    ("row", "swedish", "english"),
    [
        (
            ("frontage_m", 30.0, 20.0, 0.8, 0.7),
            (
                "Ordningen beror mest på hur nära en gångväg måste gå för att räknas som passage: med 20 m i stället "
                "för 30 m är 7 av de 10 första kvar bland dem."
            ),
            (
                "The order depends most on how near a walk must come to count as a passage: with 20 m instead of 30 m, "
                "7 of the first 10 remain."
            ),
        ),
        (
            ("theta_per_m", 0.02, 0.005, 0.8, 1.0),
            (
                "Ordningen beror mest på hur mycket korta vägar föredras: med 0,005 i stället för 0,02 är 10 av de 10 "
                "första kvar bland dem."
            ),
            (
                "The order depends most on how much short ways are preferred: with 0.005 instead of 0.02, 10 of the "
                "first 10 remain."
            ),
        ),
        (
            ("detour_ratio", 1.15, 1.2999999999999998, 0.8, 0.6),
            (
                "Ordningen beror mest på hur långa omvägar som godtas: med 1,3 i stället för 1,15 är 6 av de 10 första "
                "kvar bland dem."
            ),
            "The order depends most on how long detours may be: with 1.3 instead of 1.15, 6 of the first 10 remain.",
        ),
        (
            ("method", "logit", "shortest", 0.8, 0.6),
            (
                "Ordningen beror mest på hur brukarna väljer väg: med bara den kortaste vägen i stället för alla "
                "rimliga vägar, korta oftare är 6 av de 10 första kvar bland dem."
            ),
            (
                "The order depends most on how residents choose their way: with only the shortest way instead of all "
                "reasonable ways, short ones more often, 6 of the first 10 remain."
            ),
        ),
        (
            ("unknown_of_streets", "best", "worst", 0.8, 0.9),
            (
                "Ordningen beror mest på det som kartan inte säger om gatorna: med det sämsta som kan gälla i stället "
                "för det bästa som kan gälla är 9 av de 10 första kvar bland dem."
            ),
            (
                "The order depends most on what the map does not tell of streets: with the worst that it may be "
                "instead of the best that it may be, 9 of the first 10 remain."
            ),
        ),
        (
            ("perceived_length", "profile", "metres", 0.8, 0.9),
            (
                "Ordningen beror mest på hur långa gatorna känns: med vanliga meter i stället för upplevd längd är 9 "
                "av de 10 första kvar bland dem."
            ),
            (
                "The order depends most on how long streets feel: with plain metres instead of perceived length, 9 of "
                "the first 10 remain."
            ),
        ),
        (
            ("beta_per_m", "profile", "× 0.5", 0.8, 0.9),
            (
                "Ordningen beror mest på hur mycket närliggande mål föredras: med 0,5 gånger studiens värde är 9 av de "
                "10 första kvar bland dem."
            ),
            (
                "The order depends most on how much near places are preferred: at 0.5 times the study's value, 9 of "
                "the first 10 remain."
            ),
        ),
        (
            ("trips_groceries", "profile", "× 2", 0.8, 0.9),
            (
                "Ordningen beror mest på antalet resor i veckan (Mataffär): med 2 gånger studiens värde är 9 av de 10 "
                "första kvar bland dem."
            ),
            (
                "The order depends most on trips a week (Groceries): at 2 times the study's value, 9 of the first 10 "
                "remain."
            ),
        ),
    ],
    ids=["frontage", "theta", "detour", "method", "unknown", "perceived", "beta", "trips"],
)
def test_which_assumption_matters_most(
    small_result: "Result", row: tuple[object, ...], swedish: str, english: str
) -> None:
    assert moved(small_result, *row) == swedish
    assert moved(small_result, *row, language="en") == english


def test_every_assumption_has_its_words(sample_result: "Result", kotka_result: "Result") -> None:
    for result in (sample_result, kotka_result):
        for row in result.sensitivity.itertuples(index=False):
            for language in ("sv", "en"):
                assert moved(result, row.assumption, row.value, row.tried, 0.5, 0.5, language=language)


def test_fewer_than_ten_are_told_as_so_many(small_result: "Result") -> None:
    few = replace(small_result, actors=small_result.actors.head(4))
    assert "2 av de 4 första" in moved(few, "frontage_m", 30.0, 20.0, 0.8, 0.5)


def test_no_sentence_where_nothing_moves(small_result: "Result") -> None:
    assert moved(small_result) == ""
    assert moved(small_result, "frontage_m", 30.0, 20.0, 1.0, 1.0) == ""
    assert moved(small_result, "frontage_m", 30.0, 20.0, float("nan"), float("nan")) == ""
    nobody = replace(small_result, actors=small_result.actors.assign(passages_per_week=0.0))
    assert moved(nobody, "frontage_m", 30.0, 20.0, 0.8, 0.5) == ""

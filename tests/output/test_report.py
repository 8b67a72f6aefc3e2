"""The written analysis: what it says, in which order, and that its numbers are those of its tables."""

import dataclasses
import re

import pytest
from wording import STANDING_NOTE, avoided_in

import grannskap as gk
from grannskap.language import texts_for
from grannskap.language.writing import amount
from grannskap.output.report.blocks import Block, Figure, Heading, Report, Table, spoken, tabled
from grannskap.output.report.content import report

NUMBER = re.compile(r"\d[\d\u202f,.]*(?<![,.])")
SECTIONS = {"4.2.2", "4.4.1"}
NEEDS = "Vilka funktioner är viktiga för brukarna och används av dem"
QUESTIONS = [
    f"{NEEDS}, från kollektivtrafik till grönområden och mataffärer?",
    "Hur rör sig brukarna till och från dessa funktioner?",
    "Hur rör sig brukarna runt i området?",
    "Vilka aktörer passerar brukarna när de rör sig i närområdet?",
    "Vilka närliggande verksamheter är mest påverkade utifrån hur brukarna rör sig?",
]


@pytest.fixture(scope="module", params=["sample_result", "kotka_result"])
def result(request: pytest.FixtureRequest) -> gk.Result:
    made: gk.Result = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="module", params=["sv", "en"])
def made(request: pytest.FixtureRequest, result: gk.Result) -> Report:
    return report(result, language=request.param)


@pytest.fixture(scope="module")
def swedish(result: gk.Result) -> Report:
    return report(result, language="sv")


def headings(blocks: tuple[Block, ...], level: int = 1) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Heading) and block.level == level]


def captioned(made: Report, beginning: str) -> Table:
    [found] = [b for b in made.blocks if isinstance(b, Table) and b.caption.startswith(beginning)]
    return found


def numbers(texts: list[str]) -> set[str]:
    return {found for text in texts for found in NUMBER.findall(text)}


def test_numbers_are_written_as_in_swedish(swedish: Report, result: gk.Result) -> None:
    cells = (
        set(tabled(swedish.blocks)) - {*result.actors.name, *result.destinations.name} - {f"grannskap {gk.__version__}"}
    )
    said = [*spoken(swedish.blocks), *cells]
    assert [text for text in said if re.search(r"\d\.\d(?!\.\d)", text) and not SECTIONS & numbers([text])] == []
    assert [text for text in cells if re.fullmatch(r"\d{4,}( m)?", text)] == []


def test_light_is_told_as_shares_of_the_metres_walked(result: gk.Result, swedish: Report) -> None:
    lit = result.workings.scene.arrivals.edges.lit
    metres = result.edges.legs_per_week * result.edges.length_m
    shares = [
        float(metres[lit.isin(values).to_numpy()].sum() / metres.sum())
        for values in (["yes", "24/7", "automatic"], ["no", "disused"], [""])
    ]
    assert sum(shares) == pytest.approx(1)
    texts = texts_for("sv")
    told = re.findall(r"(?:< )?\d+\N{NO-BREAK SPACE}%", captioned(swedish, "Sju första steg").rows[5][1])
    assert told == [f"< {texts.percent(0.01)}" if 0 < share < 0.005 else texts.percent(share) for share in shares]


def test_the_five_questions_are_headings_in_their_order(swedish: Report) -> None:
    assert [text for text in headings(swedish.blocks) if text.endswith("?") and "säkert" not in text] == QUESTIONS


def test_access_and_what_is_missing_stand_before_the_actors(swedish: Report) -> None:
    said = [getattr(block, "text", getattr(block, "caption", "")) for block in swedish.blocks]
    order = [
        said.index("Sammanfattning"),
        said.index(STANDING_NOTE),
        said.index("Vad brukarna når till fots inom 1\u202f200 m"),
        said.index("Vad som saknas inom räckhåll"),
        said.index("Aktörer som ofta passeras, högst 20"),
        said.index("Förslag till kontaktordning"),
        said.index("Skolor och förskolor"),
        said.index("Hur säkert är detta?"),
        said.index("De första stegen"),
        said.index("Antaganden"),
        said.index("Uppgifternas kvalitet"),
        said.index("Källor och licens"),
    ]
    assert order == sorted(order)


def test_access_is_told_function_by_function(swedish: Report, result: gk.Result) -> None:
    texts = texts_for("sv")
    table = captioned(swedish, "Vad brukarna når till fots")
    assert [row[0] for row in table.rows] == [texts.gettext(f"function:{name}") for name in result.access.function]
    assert [row[2] for row in table.rows] == [texts.number(n) for n in result.access.n_within_reach]


def test_what_is_missing_is_named_and_said_not_to_be_none(kotka_result: gk.Result) -> None:
    made = report(kotka_result, language="sv")
    assert [row[0] for row in captioned(made, "Behov utan plats").rows] == [
        *("Systembolag", "Apotek", "Vård", "Bibliotek", "Mötesplats"),
    ]
    assert any("Ingen uppgift är inte detsamma som att inget finns" in text for text in spoken(made.blocks))


def test_actors_are_told_by_rank_with_interval_and_reason(swedish: Report, result: gk.Result) -> None:
    first = result.actors[~result.actors.sensitive & (result.actors.passages_per_week > 0)].head(10)
    order, why = captioned(swedish, "Förslag till kontaktordning"), captioned(swedish, "Varför dessa står först")
    assert [row[0] for row in order.rows] == [str(rank) for rank in first["rank"]]
    for row, told in zip(first.itertuples(), order.rows, strict=True):
        assert set(re.findall(r"\d+", told[2])) == {str(int(row.rank_low)), str(int(row.rank_high))}  # type: ignore[arg-type]
    for row, told in zip(first.itertuples(), why.rows, strict=True):
        assert told[2] == result.routes(str(row.actor_id)).sentence("sv")
        assert amount(float(row.passages_per_week), texts_for("sv")) in told[2]  # type: ignore[arg-type]


def test_schools_have_a_part_of_their_own_and_are_no_reason_to_keep_away(swedish: Report, result: gk.Result) -> None:
    table = captioned(swedish, "Skolor och förskolor i studieområdet, de närmaste först")
    schools = result.actors[result.actors.kind.isin(["preschool", "compulsory_school", "upper_secondary_school"])]
    assert sorted(row[0] for row in table.rows) == sorted(schools.name)
    assert any("inget skäl för brukarna att gå någon annanstans" in text for text in spoken(swedish.blocks))


def test_that_there_are_no_schools_in_the_data_is_not_that_there_are_none(kotka_result: gk.Result) -> None:
    without = kotka_result.actors[kotka_result.actors.kind != "preschool"]
    said = spoken(report(dataclasses.replace(kotka_result, actors=without), language="en").blocks)
    assert "The map data holds no schools or preschools in the study area. They may still exist." in said


def test_the_seven_first_steps_are_filled_in(swedish: Report, result: gk.Result) -> None:
    rows = captioned(swedish, "Sju första steg").rows
    assert [row[0][:2] for row in rows] == ["1.", "2.", "3.", "4.", "5.", "6.", "7."]
    assert all(row[1] for row in rows)
    named = result.actors[(result.actors.passages_per_week > 0) & (result.actors.name != "") & ~result.actors.sensitive]
    top = named[named["rank"] <= 10].name
    assert len(top) > 0
    assert all(name in rows[1][1] for name in top)


def test_assumptions_are_there_with_their_reasons(made: Report, result: gk.Result) -> None:
    texts = texts_for(made.language)
    cells = tabled(made.blocks)
    for demand in result.study.profile.functions.values():
        assert any(texts.gettext(demand.reason).rstrip(".") in cell for cell in cells)
    assert texts.number(result.study.model.theta_per_m, decimals=3) in cells
    assert f"{texts.number(result.study.model.frontage_m)} m" in cells


def test_what_was_left_out_and_how_much_is_covered_are_told(made: Report, result: gk.Result) -> None:
    texts = texts_for(made.language)
    covered, dropped = result.manifest["study_area_covered"], result.manifest["dropped"]
    assert isinstance(covered, float)
    assert isinstance(dropped, dict)
    share = texts.percent(covered)
    assert any(share in text for text in spoken(made.blocks))
    assert {texts.number(n) for n in dropped.values()} <= set(tabled(made.blocks))
    assert not any(key in cell for key in dropped for cell in tabled(made.blocks))


def test_no_words_to_avoid(made: Report, result: gk.Result) -> None:
    text = " ".join([*spoken(made.blocks), *tabled(made.blocks), made.title, made.footer])
    names = sorted({*result.actors.name, *result.destinations.name} - {""}, key=len, reverse=True)
    assert avoided_in(re.sub("|".join(map(re.escape, names)), " ", text)) == []


@pytest.mark.parametrize(("language", "foreign"), [("en", "[åäö]"), ("sv", r"\b(the|and|of|with|is|are)\b")])
def test_a_report_is_in_one_language(result: gk.Result, language: str, foreign: str) -> None:
    """But for the names of places, which are what they are."""
    made = report(result, language=language)
    text = "\n".join([*spoken(made.blocks), *tabled(made.blocks), made.title, made.badge, made.footer]).casefold()
    names = {*result.actors.name, *result.destinations.name, *result.edges.name.fillna(""), result.study.name} - {""}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name.casefold(), " ")
    assert [line for line in text.splitlines() if re.search(foreign, line)] == []


def test_the_picture_has_words_for_those_who_do_not_see_it(swedish: Report) -> None:
    [picture] = [block for block in swedish.blocks if isinstance(block, Figure)]
    assert picture.picture.startswith(b"\x89PNG")
    assert "Karta över området" in picture.alt
    assert "De numrerade skivorna" in picture.alt


def test_sensitive_neighbours_are_left_out(small_result: gk.Result) -> None:
    made = report(small_result, language="sv")
    [picture] = [block for block in made.blocks if isinstance(block, Figure)]
    said = " ".join([*spoken(made.blocks), *tabled(made.blocks), picture.alt])
    assert "Kiosken" in said
    assert "Hemligt" not in said
    assert "Gruppbostad" not in said


@pytest.mark.parametrize(("sensitivity", "told"), [("open", True), ("internal", False), ("protected", False)])
def test_the_place_is_told_as_far_as_the_study_allows(kotka_result: gk.Result, sensitivity: str, *, told: bool) -> None:
    study = dataclasses.replace(kotka_result.study, sensitivity=sensitivity)  # type: ignore[arg-type]
    made = report(dataclasses.replace(kotka_result, study=study), language="sv")
    assert any("60,5345" in cell for cell in tabled(made.blocks)) == told


def test_a_nameless_actor_is_told_by_its_street(kotka_result: gk.Result) -> None:
    made = report(kotka_result, language="sv")
    assert captioned(made, "Aktörer som ofta passeras").rows[1][1] == "Lekplats vid Rosokatu"


def test_nobody_is_passed(kotka_result: gk.Result) -> None:
    still = kotka_result.actors.assign(passages_per_week=0.0, main_function="")
    said = spoken(report(dataclasses.replace(kotka_result, actors=still), language="en").blocks)
    assert said.count("No actors are passed.") == 2


def test_without_draws_nothing_is_told_of_likely_ranks(small_result: gk.Result) -> None:
    unknown = dict.fromkeys(["rank_low", "rank_high", "p_top10"], float("nan"))
    told = report(dataclasses.replace(small_result, actors=small_result.actors.assign(**unknown)), language="sv")
    order = captioned(told, "Förslag till kontaktordning")
    assert [column.title for column in order.columns] == ["Nr", "Aktör", "Andel av alla promenader"]
    said = " ".join(spoken(told.blocks))
    assert "Hur säker ordningen är har inte beräknats" in said
    assert "överlappar" not in said

"""The page of a comparison: what it says, in which words, and what it never says."""

import html
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from comparison.sites import site, town
from wording import STANDING_NOTE, avoided_in

from grannskap.comparison.comparing import Comparison
from grannskap.comparison.differing import compared
from grannskap.comparison.measured import Measured
from grannskap.comparison.measures import read_measures
from grannskap.language import texts_for
from grannskap.output.comparison import page as compare_page_module
from grannskap.output.comparison.page import compare_page
from grannskap.output.comparison.panels import FEW
from grannskap.output.comparison.scale import scale_of
from grannskap.output.comparison.words import SAYS, THEMES, Numbers

NOTHING = "nothing in the map data within reach"
STRIP = r'class="plot( none)?" aria-hidden="true">(.*?)</td>\s*<td class="number">([^<]*)'
THIN, HARD, MINUS, DASH = "\u202f", "\u00a0", "\u2212", "\u2013"


def comparison(*sites: Measured, against: str | None = None, **manifest: Any) -> Comparison:
    return Comparison(sites, compared(sites, against=against), manifest)


def page_of(*sites: Measured, language: str = "sv", **rest: Any) -> str:
    return compare_page(comparison(*sites, **rest), language=language)


def text_of(page: str) -> str:
    """What is read on the page, in one line."""
    body = re.sub(r"<(style|script).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split(" "))


def near(key: str, metres: float, draws: Any = None, **rest: Any) -> Measured:
    return site(key, [("nearest_m", "groceries", metres)], draws, **rest)


@pytest.fixture(scope="module")
def twelve() -> str:
    return page_of(*town(12, draws=20, references=3))


@pytest.fixture(scope="module")
def many() -> str:
    return page_of(*town(FEW + 2, draws=20, references=3))


class TestWhatItSays:
    def test_how_far_two_sites_are_apart_how_sure_and_why(self) -> None:
        one, other = near("a", 1300.0, [[1250.0, 1300.0, 1380.0]]), near("b", 1180.0, [[1100.0, 1180.0, 1300.0]])
        text = text_of(page_of(one, replace(other, lon=12.5, data=other.data | {"covered": 0.9})))
        assert f"1{THIN}180 m" in text
        said = f"Skillnad {MINUS}120 m ({MINUS}150 till {MINUS}80), som kan bero på platsen eller kartdata."
        assert said in text

    def test_a_difference_that_may_be_none(self) -> None:
        text = text_of(page_of(near("a", 300.0, [[250.0, 400.0]]), near("b", 320.0, [[300.0, 350.0]])))
        assert f"Skillnad +20 m ({MINUS}50 till +50): de kan lika gärna vara lika." in text

    def test_an_open_dot_where_it_cannot_be_told(self) -> None:
        sure, unsure = [[200.0, 210.0, 220.0]], [[90.0, 100.0, 130.0]]
        page = page_of(near("a", 100.0, [[100.0] * 3]), near("b", 210.0, sure), near("c", 105.0, unsure), against="a")
        assert re.findall(r'class="dot (\w+)" style="left:[\d.]+%"></i></span></td>', page) == [
            "base",
            "sure",
            "unsure",
        ]
        without = page_of(near("a", 100.0, np.empty((1, 0))), near("b", 210.0, np.empty((1, 0))))
        assert 'class="dot unsure"' not in without

    def test_no_data_is_not_0(self) -> None:
        sites = [
            site(
                "a",
                [("nearest_m", "groceries", np.nan), ("unlit_share", "", 0.0)],
                note="nothing in the map data within reach",
            ),
            site("b", [("nearest_m", "groceries", 70.0), ("unlit_share", "", np.nan)]),
        ]
        page = page_of(*sites)
        rows = re.findall(r'<tr><th scope="row"><bdi title="Huset (.)">.*?</tr>', page, flags=re.DOTALL)
        assert rows == ["a", "b", "a", "b"]
        parts = re.findall(
            r'class="plot( none)?" aria-hidden="true">(.*?)</td>\s*<td class="number">([^<]*)', page, re.DOTALL
        )
        told = [(bool(none), "dot" in drawn, value) for none, drawn, value in parts]
        no = "ingen uppgift"
        assert told == [(True, False, no), (False, True, "70 m"), (False, True, f"0{HARD}%"), (True, False, no)]
        assert "Ingen uppgift: inget i kartdata inom räckhåll." in text_of(page)

    def test_every_measure_has_its_words_and_its_theme(self) -> None:
        ids = [measure.id for measure in read_measures()]
        assert sorted(SAYS) == sorted(ids)
        assert sorted(each for theme in THEMES.values() for each in theme) == sorted(ids)

    def test_each_measure_says_what_it_does_not_say(self, twelve: str) -> None:
        assert twelve.count('class="caution"') == len(read_measures())

    def test_what_is_not_the_same_for_all(self) -> None:
        odd = near("b", 2.0, settings={"reach.radius_m": 800.0})
        aside = [{"study": "b.toml", "first": "a.toml", "key": "[model] dark", "there": "true", "here": "false"}]
        text = text_of(page_of(near("a", 1.0), odd, set_aside=aside))
        assert "inte samma antaganden för alla" in text
        assert "reach.radius_m 1200 (Huset a); 800 (Huset b)" in re.sub(r"\s+", " ", text)
        assert "b.toml: [model] dark är true; här gäller false för alla, som i a.toml." in text

    def test_a_seed_is_no_other_assumption(self) -> None:
        text = text_of(page_of(near("a", 1.0), near("b", 2.0, settings={"model.seed": 5})))
        assert "inte samma antaganden" not in text

    def test_why_a_site_has_no_result(self) -> None:
        lost = Measured.nothing("x", "Boendet i sjön", "Platsen ligger i vatten.")
        text = re.sub(r"\s+", " ", text_of(page_of(near("a", 1.0), near("b", 2.0), lost)))
        assert "2 boenden · 1 utan resultat" in text
        assert "Boendet i sjön Platsen ligger i vatten." in text

    def test_also_where_none_has_one(self) -> None:
        page = page_of(Measured.nothing("x", "X", "Gone."), Measured.nothing("y", "Y", "Gone."))
        assert "Boenden utan resultat" in page
        assert 'class="theme"' not in page

    def test_one_alone_beside_its_neighbours(self) -> None:
        around = [near(f"r{n}", 100.0 * n, role="reference", of_site="a") for n in range(1, 5)]
        text = re.sub(r"\s+", " ", text_of(page_of(near("a", 250.0), *around)))
        assert "bostäderna omkring: 250 m (100–400)" in text
        assert "(4 bostäder, uträknade på samma sätt)" in text

    def test_many_are_told_by_how_they_spread(self, many: str) -> None:
        text = text_of(many)
        assert re.search(r"Hälften ligger under [\d,]+ m; nio av tio ligger inom [\d,]+–[\d,]+\.", text)
        assert re.search(rf"Högre än för den mittersta av bostäderna omkring: \d+ av {FEW + 2}; lägre: \d+\.", text)

    def test_more_than_can_be_listed_stand_in_the_file_beside(self, many: str, monkeypatch: pytest.MonkeyPatch) -> None:
        assert 'class="values"' in many
        monkeypatch.setattr(compare_page_module, "LISTED", 4)
        page = page_of(*(near(f"s{n}", float(n)) for n in range(5)))
        assert 'class="values"' not in page
        assert "står i compare.csv" in page

    def test_source_settings_and_note(self, twelve: str) -> None:
        text = text_of(twelve)
        for said in (STANDING_NOTE, "Kartdata från 2020-12-14 · © OpenStreetMaps bidragsgivare (ODbL)"):
            assert said in text

    def test_settings_in_one_line(self) -> None:
        settings = {"model.method": "logit", "model.frontage_m": 30.0, "model.theta_per_m": 0.02}
        sites = [near(n, 1.0, settings=settings | {"reach.radius_m": r}) for n, r in (("a", 800.0), ("b", 1200.0))]
        text = text_of(page_of(*sites))
        assert f"Metod: flera rimliga vägar (logit, θ 0,020 per meter) · radie 800{DASH}1{THIN}200 m" in text

    @pytest.mark.parametrize(
        ("kind", "badge"), [("open", "Internt"), ("internal", "Internt"), ("protected", "Skyddat")]
    )
    def test_who_may_read_it(self, kind: str, badge: str) -> None:
        page = page_of(near("a", 1.0, data={"sensitivity": kind}), near("b", 2.0, data={"sensitivity": "open"}))
        assert f'<p class="badge">{badge}' in page

    def test_the_language_is_that_which_is_asked_for(self) -> None:
        page = page_of(near("a", 1300.5), near("b", 1.0), language="en")
        assert '<html lang="en">' in page
        assert "Difference " in page
        assert "1,300 m" in page
        assert not re.search("[åäöÅÄÖ]", text_of(page))


class TestWhatItNeverSays:
    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_no_word_to_avoid_and_no_best_or_worst(self, language: str) -> None:
        text = text_of(page_of(*town(3, draws=5, references=1), language=language))
        assert avoided_in(text) == []
        assert re.findall(r"\b(sämst\w*|bäst\w*|värst\w*|worst|best)\b", text.casefold()) == []

    def test_no_site_is_found_from_it(self) -> None:
        sites = [near(name, 1.0, lon=11.98765, lat=57.65432) for name in ("a", "b", "c")]
        for many in (sites, [replace(sites[0], site_id=f"s{n}") for n in range(FEW + 1)]):
            assert not re.search(r"11[.,]98|57[.,]65", page_of(*many))

    def test_nothing_of_kinds_that_point_out_who_lives_there(self, twelve: str) -> None:
        assert "Gruppbostad" not in twelve
        assert "Förskola" in twelve

    def test_no_single_dwelling(self) -> None:
        around = near("r", 5.0, role="reference", of_site="a", name="Åvägen 7")
        assert "Åvägen" not in page_of(near("a", 1.0), near("b", 2.0), around)

    def test_it_asks_no_host(self, twelve: str, many: str) -> None:
        for page in (twelve, many):
            assert page.index("Content-Security-Policy") < page.index("<style>")
            assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", page) == []
            assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*", page) == []

    def test_hostile_words_stay_text(self, hostile_names: tuple[str, ...]) -> None:
        bad = hostile_names[1]
        sites = [
            near("a", 1.0, name=bad),
            near("b", 2.0, name=hostile_names[0], settings={"profile.name": bad}),
            Measured.nothing("x", bad, hostile_names[0]),
            *(near(f"s{n}", 1.0, name=hostile_names[3]) for n in range(FEW)),
        ]
        for few in (sites[:3], sites):
            page = page_of(*few)
            assert page.count("<script") == (1 if len(few) > 3 else 0)
            assert "<img src=x" not in page
            assert html.escape(bad, quote=False) in page

    def test_two_of_the_same_name_are_told_apart(self) -> None:
        page = page_of(near("a", 1.0, name="Huset"), near("b", 2.0, name="Huset"))
        assert {"Huset (a)", "Huset (b)"} <= set(re.findall("Huset \\(.\\)", page))

    def test_the_same_page_each_time(self, twelve: str) -> None:
        assert page_of(*reversed(town(12, draws=20, references=3))) == twelve


@pytest.mark.parametrize(
    ("unit", "value", "swedish", "english"),
    [
        ("m", 1234.0, f"1{THIN}230 m", "1,230 m"),
        ("m", 0.0, "0 m", "0 m"),
        ("share", 0.5, f"50{HARD}%", "50%"),
        ("share", 0.004, f"0,4{HARD}%", "0.4%"),
        ("share", 0.0004, f"< 0,1{HARD}%", "< 0.1%"),
        ("share", 0.0, f"0{HARD}%", "0%"),
        ("ratio", 1.2345, "1,23", "1.23"),
        ("Gini coefficient", 0.666, "0,67", "0.67"),
        ("places", 12.0, "12", "12"),
        ("passages per 100 trips", 1234.0, f"1{THIN}200", "1,200"),
        ("seats per km", float("nan"), "ingen uppgift", "no data"),
    ],
)
def test_numbers_as_each_language_writes_them(unit: str, value: float, swedish: str, english: str) -> None:
    assert Numbers(unit, texts_for("sv")).value(value) == swedish
    assert Numbers(unit, texts_for("en")).value(value) == english


@pytest.mark.parametrize("unit", ["m", "ratio", "places", "Gini coefficient"])
@pytest.mark.parametrize("values", [[], [0.0], [1.0], [0.07], [0.3, 0.9], [47.0, 830.0], [1240.0], [float("nan")]])
def test_a_scale_holds_what_is_drawn_on_it(unit: str, values: list[float]) -> None:
    scale = scale_of(values, unit=unit)
    assert 2 <= len(scale.ticks) <= 6
    assert scale.ticks[-1] == pytest.approx(scale.high)
    for value in values:
        if np.isfinite(value):
            assert scale.low <= value <= scale.high * (1 + 1e-9)
            assert scale.at(value) == pytest.approx(100 * (value - scale.low) / (scale.high - scale.low))


@pytest.mark.parametrize(("values", "high"), [([0.9], 1.0), ([0.51, 0.1], 1.0), ([0.04], 0.04), ([0.0], 1.0)])
def test_shares_end_at_the_whole_unless_all_are_small(values: list[float], high: float) -> None:
    assert scale_of(values, unit="share").high == pytest.approx(high)

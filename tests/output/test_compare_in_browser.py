"""The page of a comparison, opened as a file in Chromium without network: drawn right, and usable by everybody."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe import violations
from comparison.sites import town

from grannskap.comparison.comparing import Comparison
from grannskap.comparison.differing import compared
from grannskap.output.comparison.page import compare_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MANY = 18
LONG = "å" * 900
ALL = ("critical", "serious", "moderate")
ONE_MEASURE = "article[aria-labelledby=measure-nearest_m]"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Pages of two, of twelve and of many sites; the first of two has a very long name."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for n in (2, 12, MANY):
        first, *rest = town(n, draws=5, references=2)
        sites = [replace(first, name=LONG) if n == 2 else first, *rest]
        made[n] = folder / f"{n}.html"
        page = compare_page(Comparison(tuple(sites), compared(sites), {}), language="sv")
        made[n].write_text(page, encoding="utf-8")
    return made


@pytest.mark.parametrize(("n", "within"), [(2, "html"), (12, ONE_MEASURE), (MANY, ONE_MEASURE), (MANY, ".choose")])
def test_everybody_can_use_it(page: "Page", problems: list[str], pages: dict[int, Path], n: int, within: str) -> None:
    page.goto(pages[n].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert violations(page, within=within, impacts=ALL) == []
    assert problems == []


@pytest.mark.parametrize("n", [2, 12, MANY])
def test_nothing_is_wider_than_a_phone(page: "Page", pages: dict[int, Path], n: int) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(pages[n].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_long_name_leaves_room_for_the_values(page: "Page", pages: dict[int, Path]) -> None:
    page.set_viewport_size({"width": 1280, "height": 740})
    page.goto(pages[2].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    names = page.locator("table.values th bdi, table.summary th bdi").evaluate_all(
        "names => names.map(name => name.getBoundingClientRect().width)"
    )
    assert 0 < max(names) < 600


def test_a_dot_stands_where_its_value_is(page: "Page", pages: dict[int, Path]) -> None:
    """Of the first panel in metres: from the left end of the scale, as far as the value is of its right end."""
    page.goto(pages[12].as_uri())
    places = page.evaluate("""() => {
        const panel = document.querySelector("article[aria-labelledby=measure-nearest_m] .panel");
        const scale = panel.querySelector(".axis .plot").getBoundingClientRect();
        const last = panel.querySelector(".axis span span:last-child").textContent;
        const number = text => Number(text.replace(/[^0-9,]/g, "").replace(",", "."));
        return [...panel.querySelectorAll("tbody tr")].filter(row => row.querySelector(".dot")).map(row => {
            const dot = row.querySelector(".dot").getBoundingClientRect();
            const value = row.querySelector("td.number").firstChild.textContent;
            return [(dot.x + dot.width / 2 - scale.x) / scale.width, number(value) / number(last)];
        });
    }""")
    assert len(places) > 5
    for drawn, told in places:
        assert drawn == pytest.approx(told, abs=0.03)


POINTED_OUT = """name => {
    const article = document.querySelector("article[aria-labelledby=measure-expected_m]");
    const row = [...article.querySelectorAll("tbody tr")].find(row => row.textContent.includes(name));
    const number = text => Number(text.replace(/[^0-9,].*/, "").replace(/[^0-9]/g, ""));
    const figure = article.querySelector("figure"), last = figure.querySelector(".axis span span:last-child");
    const [x] = figure.querySelector(".here-dot").getAttribute("d").slice(1).split(" ");
    return [figure.querySelector(".chosen").textContent, row.children[1].textContent.replace(/\\s+/g, " "),
        Number(x) / 100, number(row.children[1].textContent) / Number(last.textContent.replace(/[^0-9]/g, ""))];
}"""
"""What is said of a site in the first panel of a measure, and in its table; where its dot stands, and should."""


def test_one_of_many_is_pointed_out_in_every_panel(page: "Page", problems: list[str], pages: dict[int, Path]) -> None:
    page.goto(pages[MANY].as_uri())
    panels = page.locator("figure.panel").count()
    assert panels > 20
    for name in ("Boendet 001", "Boendet 002", "Boendet 009", f"Boendet 0{MANY}"):
        page.select_option("#choose", label=name)
        assert page.locator("figure .here-dot").count() == panels
        said, listed, drawn, wanted = page.evaluate(POINTED_OUT, name)
        assert said == listed != ""
        assert drawn == pytest.approx(wanted, abs=0.01)
    page.select_option("#choose", label="inget")
    assert page.locator("figure .here-dot").count() == 0
    assert problems == []


def test_the_page_of_a_few_needs_no_script(pages: dict[int, Path]) -> None:
    assert "<script" not in pages[12].read_text("utf-8")
    assert "script-src" not in pages[12].read_text("utf-8")

"""The written analysis in a real browser: on a phone, with a keyboard, for a screen reader and on paper."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe import violations
from public_town import HERE, town_result

import grannskap as gk
from grannskap.output.public.map import public_map
from grannskap.output.public.report import public_report
from grannskap.output.report.content import report
from grannskap.output.report.page import report_html
from grannskap.public.hiding import public_view
from grannskap.public.view import PublicView

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(each =>
    !each.closest(".scroll") && each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML)"""


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> PublicView:
    return public_view(town_result(tmp_path_factory.mktemp("town"), HERE))


@pytest.fixture(scope="module", params=["sv", "en", "public"])
def path(
    request: pytest.FixtureRequest,
    sample_result: gk.Result,
    public: PublicView,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("report")
    if request.param == "public":
        content = public_report(public, language="sv")
    else:
        content = report(sample_result, language=request.param)
    report_html(sample_result, folder / "report.html", content=content)
    return folder / "report.html"


@pytest.mark.parametrize("wide", [360, 1280])
def test_no_serious_violation(page: "Page", problems: list[str], path: Path, wide: int) -> None:
    page.set_viewport_size({"width": wide, "height": 740})
    page.goto(path.as_uri())
    assert violations(page) == []
    assert problems == []


@pytest.mark.parametrize("wide", [360, 1280])
def test_the_map_for_everybody_has_no_serious_violation(
    page: "Page", problems: list[str], public: PublicView, tmp_path: Path, wide: int
) -> None:
    (tmp_path / "map.html").write_text(public_map(public).get_root().render(), "utf-8")
    page.set_viewport_size({"width": wide, "height": 740})
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector(".leaflet-interactive")
    assert violations(page) == []
    assert problems == []


def test_on_a_phone_only_tables_and_pictures_move_from_side_to_side(page: "Page", path: Path) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate(CUT_OFF) == []
    sizes = page.evaluate(
        "[...document.querySelectorAll('td, p, li')].map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 12


def test_the_first_key_leads_to_the_content_and_tables_can_be_moved_with_keys(page: "Page", path: Path) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(path.as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    wide = "[...document.querySelectorAll('.scroll')].filter(each => each.scrollWidth > each.clientWidth)"
    names = page.evaluate(
        f"{wide}.map(each => document.getElementById(each.getAttribute('aria-labelledby')).innerText)"
    )
    assert names
    assert all(name.strip() for name in names)
    once = "addEventListener('scroll', () => done(true), { once: true })"
    page.evaluate(f"{wide}[0].focus(); window.moved = new Promise(done => {wide}[0].{once}); 0")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.moved")


def test_on_paper_nothing_is_hidden_at_the_side(page: "Page", path: Path) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})  # about the width of A4 within its margins
    page.goto(path.as_uri())
    assert not page.locator("nav").is_visible()
    assert page.evaluate("[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= e.clientWidth + 1)")
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"

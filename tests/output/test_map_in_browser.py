"""The saved map, opened as a file in Chromium without network."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grannskap.output.webmap import web_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route

    from grannskap.result import Result

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LAYER = "grannskap.state.layers.find(l => l.made.grannskapKey === '{key}').made"

MAP = "grannskap.state.layers[0].made._map"
ZOOM = f"{MAP}.getZoom()"


@pytest.fixture
def context(chromium: str) -> "Iterator[BrowserContext]":
    """A browser window without network."""
    reason = "Playwright is not installed, so no page is opened"
    api = pytest.importorskip("playwright.sync_api", reason=reason)
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
        browser.close()


@pytest.fixture
def problems() -> list[str]:
    """What went wrong in the page: errors, and requests for anything but the file."""
    return []


@pytest.fixture
def page(context: "BrowserContext", problems: list[str]) -> "Page":
    """An empty page that writes down its problems."""

    def only_files(route: "Route") -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            problems.append(f"request: {route.request.url[:80]}")
            route.abort()

    def note_errors(line: "ConsoleMessage") -> None:
        if line.type == "error":
            problems.append(line.text)

    context.route("**/*", only_files)
    made = context.new_page()
    made.on("pageerror", lambda error: problems.append(f"error: {error}"))
    made.on("console", note_errors)
    made.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
    return made


@pytest.fixture
def opened(page: "Page", small_result: "Result", tmp_path: Path) -> "Page":
    """The page with the map of the small result."""
    path = tmp_path / "saved.html"
    web_map(small_result).save(str(path))
    page.goto(path.as_uri())
    page.wait_for_selector(".mark .disc")
    return page


def drawn(page: "Page", key: str) -> Any:
    """Count the shapes of a layer that are on the map."""
    layer = LAYER.format(key=key)
    return page.evaluate(f"{layer}.getLayers().filter(shape => shape._map).length")


PAINTED = """pane => {
    const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
    const { width, height } = canvas;
    const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    return data.filter((value, i) => i % 4 === 3 && value > 0).length;
}"""
"""How many pixels of a pane's canvas are painted."""


def until(page: "Page", condition: str) -> None:
    """Wait, frame by frame, until a condition holds in the page.

    Playwright's own `wait_for_function` needs eval, which the page's policy forbids.
    """
    held = page.evaluate(
        f"""new Promise(tell => {{
            let frames = 600;
            const look = () => {{
                if ({condition}) tell(true);
                else if (frames--) requestAnimationFrame(look);
                else tell(false);
            }};
            look();
        }})"""
    )
    assert held, condition


def test_every_layer_is_drawn(opened: "Page", problems: list[str]) -> None:
    counts = {key: drawn(opened, key) for key in ("flows", "site", "top", "passed", "ground")}
    assert counts == {"flows": 3, "site": 1, "top": 9, "passed": 1, "ground": 8}
    assert drawn(opened, "destinations-0") == 1
    assert drawn(opened, "destinations-1") == 2
    assert opened.locator(".mark .disc").count() == 9
    assert opened.locator(".mark .sign").count() == 3
    assert opened.locator(".mark .site").count() == 1
    for pane in ("ground", "overlay", "names"):
        until(opened, f"({PAINTED})('{pane}') > 500")
    assert problems == []


def test_layers_are_switched(opened: "Page", problems: list[str]) -> None:
    until(opened, f"({PAINTED})('overlay') > 1000")
    opened.locator("label", has_text="Beräknade gångstråk").locator("input").uncheck()
    until(opened, f"({PAINTED})('overlay') < 1000")
    assert drawn(opened, "flows") == 0
    for key, label in (("silent", "Aktörer utan passager"), ("schools", "Skolor och förskolor")):
        assert drawn(opened, key) == 0
        opened.get_by_label(label).check()
        assert drawn(opened, key) == 1
    assert problems == []


@pytest.mark.parametrize("rank", range(1, 7))
def test_hostile_names_are_only_text(
    opened: "Page", problems: list[str], hostile_names: tuple[str, ...], rank: int
) -> None:
    opened.click(f"[data-show=actor-{rank}]")
    name = hostile_names[rank - 1]
    assert opened.text_content(".leaflet-popup bdi") == name
    assert opened.text_content(f"[data-show=actor-{rank}] bdi") == name
    assert opened.evaluate("window.pwned") is None
    assert problems == []


def test_hostile_title_kind_and_street_are_only_text(
    opened: "Page", problems: list[str], hostile_names: tuple[str, ...]
) -> None:
    assert "<script>" in (opened.text_content("h1") or "")
    assert "<script>" in opened.title()
    opened.click("[data-show=actor-10]")
    assert "<b>own kind</b>" in (opened.text_content(".leaflet-popup dl") or "").lower()
    opened.evaluate(f"{LAYER.format(key='flows')}.getLayers().forEach(line => line.openTooltip())")
    assert hostile_names[0] in opened.locator(".leaflet-tooltip").all_inner_texts()[0]
    assert opened.evaluate("window.pwned") is None
    assert problems == []


def test_keyboard_opens_and_escape_returns(opened: "Page", problems: list[str]) -> None:
    far, near = 15, 16.5
    opened.evaluate(f"{MAP}.setZoom({far}, {{ animate: false }})")
    opened.focus("[data-show=actor-7]")
    opened.keyboard.press("Enter")
    assert "namn saknas i kartdata" in (opened.text_content(".leaflet-popup") or "")
    until(opened, f"{ZOOM} >= {near} && !{MAP}._animatingZoom")
    opened.keyboard.press("Escape")
    opened.wait_for_selector(".leaflet-popup", state="detached")
    until(opened, f"{ZOOM} === {far}")
    assert opened.evaluate("document.activeElement.dataset.show") == "actor-7"
    assert problems == []


WAYS = "grannskap.state.ways.shown.getLayers().length"
FADED = LAYER.format(key="flows") + ".getLayers()[0].options.opacity < 1"
NAME = "Förskolan Ängen"


def painted_ways(page: "Page") -> Any:
    """Count the pixels of the walks past an actor that are painted."""
    has = page.evaluate("!!document.querySelector('.leaflet-ways-pane canvas')")
    return page.evaluate(f"({PAINTED})('ways')") if has else 0


@pytest.mark.parametrize("way_out", ["Escape", "close", "the row again", "the disc again", "the map"])
def test_a_click_draws_the_walks_past_an_actor_until_its_card_closes(
    opened: "Page", problems: list[str], small_result: "Result", way_out: str
) -> None:
    said = small_result.routes("node/108").sentence("sv")
    assert "Passeras" in said
    disc = opened.locator(".mark[aria-label*='" + NAME + "']")
    assert opened.evaluate(WAYS) == painted_ways(opened) == 0
    opened.emulate_media(reduced_motion="reduce")
    if "disc" in way_out:
        disc.click(force=True)
    else:
        opened.click("[data-show=actor-8]")
    opened.wait_for_selector(".leaflet-popup")
    assert said in (opened.text_content(".leaflet-popup .card") or "")
    assert opened.evaluate(WAYS) > 0
    until(opened, f"({PAINTED})('ways') > 200")
    assert opened.evaluate(FADED)
    if way_out == "Escape":
        opened.keyboard.press("Escape")
    elif way_out == "close":
        opened.click(".leaflet-popup-close-button")
    elif way_out == "the row again":
        opened.click("[data-show=actor-8]")
    elif way_out == "the disc again":
        disc.click(force=True)
    else:
        opened.mouse.click(1000, 860)
    opened.wait_for_selector(".leaflet-popup", state="detached")
    assert opened.evaluate(WAYS) == 0
    until(opened, f"({PAINTED})('ways') === 0")
    assert not opened.evaluate(FADED)
    assert problems == []


def test_the_walks_past_another_actor_take_the_place_of_the_first(
    opened: "Page", problems: list[str], small_result: "Result"
) -> None:
    # The first is passed by all on Storgatan; the preschool only by those who do not turn into Parkvägen.
    drawn_of = "grannskap.state.settings.ways.of"
    opened.emulate_media(reduced_motion="reduce")
    seen = []
    for rank, actor_id in ((1, "node/101"), (8, "node/108")):
        opened.click(f"[data-show=actor-{rank}]")
        said = small_result.routes(actor_id).sentence("sv")
        until(opened, f"document.querySelectorAll('.leaflet-popup .card p')[0]?.textContent === {json.dumps(said)}")
        number = next(n for n, row in enumerate(_shown_ids(small_result)) if row == actor_id)
        lines = opened.evaluate(f"{drawn_of}[{number}].filter(lines => lines.length).length")
        assert opened.evaluate(WAYS) == lines > 0
        seen.append(said)
    until(opened, "document.querySelectorAll('.leaflet-popup').length === 1")
    assert seen[0] != seen[1]
    assert problems == []


def _shown_ids(result: "Result") -> list[str]:
    actors = result.actors
    return actors.loc[~actors.sensitive & (actors.passages_per_week > 0), "actor_id"].tolist()


def test_panel_folds_on_a_telephone(page: "Page", small_result: "Result", tmp_path: Path, problems: list[str]) -> None:
    path = tmp_path / "saved.html"
    web_map(small_result).save(str(path))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path.as_uri())
    assert not page.locator(".panel-body").is_visible()
    page.click(".panel summary")
    assert page.get_by_text("Kartan visar beräknade gångvägar").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert problems == []


def test_notebook_output_draws_the_map(
    page: "Page", small_result: "Result", tmp_path: Path, problems: list[str]
) -> None:
    path = tmp_path / "notebook.html"
    html = web_map(small_result)._repr_html_()
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{html}", encoding="utf-8")
    page.goto(path.as_uri())
    page.frame_locator("iframe").locator(".mark .disc").first.wait_for()
    assert problems == []

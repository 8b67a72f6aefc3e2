"""The saved map, opened as a file in Chromium without network: what is seen, chosen and switched in it."""

import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import pytest
from axe import violations

from grannskap.language import texts_for
from grannskap.output import look
from grannskap.output.web_map import web_map
from grannskap.study import Map

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from grannskap.result import Result

pytestmark = pytest.mark.browser

LAYER = "grannskap.entry('{key}').made"
MAP = "grannskap.entry('ground').made._map"
ZOOM = f"{MAP}.getZoom()"
CENTRE = f"(c => [c.lat.toFixed(4), c.lng.toFixed(4)].join())({MAP}.getCenter())"
FADED = f"{MAP}.getContainer().classList.contains('explained')"
STRANDS = "grannskap.actors.shown().getLayers().filter(line => line.options.errand !== undefined)"
ERRANDS = f"[...new Set({STRANDS}.map(line => line.options.errand))].sort()"
PRESCHOOL, SIDE_STREET = 7, 9
"""Places in the list, from 0, of the preschool and of the shoemaker in the side street."""

PAINTED = """pane => {
    const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
    if (!canvas) return 0;
    const { width, height } = canvas;
    const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    return data.filter((value, i) => i % 4 === 3 && value > 0).length;
}"""
"""How many pixels of a pane's canvas are painted."""


def show(page: "Page", result: "Result", folder: Path, language: str = "sv") -> "Page":
    """Open the map of a result as a file."""
    path = folder / f"{language}.html"
    web_map(result, language=language).save(str(path))
    page.goto(path.as_uri())
    page.wait_for_selector(".mark .site")
    return page


@pytest.fixture
def opened(page: "Page", small_result: "Result", tmp_path: Path) -> "Page":
    """The page with the map of the small result."""
    page.emulate_media(reduced_motion="reduce")
    return show(page, small_result, tmp_path)


def drawn(page: "Page", key: str) -> Any:
    """Count the shapes of a layer that are on the map."""
    layer = LAYER.format(key=key)
    return page.evaluate(f"{layer}.getLayers().filter(shape => shape._map).length")


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


def choose(page: "Page", number: int) -> None:
    """Click a row of the list."""
    page.click(f"[data-actor='{number}']")
    until(page, "!document.querySelector('.chosen').hidden")


class TestLayers:
    def test_every_layer_is_drawn(self, opened: "Page", problems: list[str]) -> None:
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

    def test_every_layer_is_switched(self, opened: "Page", problems: list[str]) -> None:
        boxes = opened.locator("[data-layer]")
        keys = [boxes.nth(i).get_attribute("data-layer") for i in range(boxes.count())]
        assert len(keys) == len(set(keys)) == 13
        for key in keys:
            box, on = opened.locator(f"[data-layer={key}]"), f"{MAP}.hasLayer({LAYER.format(key=key)})"
            before = opened.evaluate(on) if key != "ground" else True
            assert box.is_checked() is before
            kept = opened.evaluate_handle(LAYER.format(key=key))
            opened.evaluate("layer => { window.kept = layer; window.map = window.map || layer._map; }", kept)
            for expected in (not before, before):
                box.click()
                assert opened.evaluate("window.map.hasLayer(window.kept)") is expected
                assert box.is_checked() is expected
        assert problems == []

    def test_switching_changes_what_is_painted(self, opened: "Page") -> None:
        for key in ("passed", "silent", "seats", "schools", "lighting", "flows"):
            opened.set_checked(f"[data-layer={key}]", checked=False)
        until(opened, f"({PAINTED})('overlay') === 0")
        for key in ("flows", "lighting", "schools", "seats", "passed"):
            opened.check(f"[data-layer={key}]")
            until(opened, f"({PAINTED})('overlay') > 100")
            opened.uncheck(f"[data-layer={key}]")
            until(opened, f"({PAINTED})('overlay') === 0")

    def test_what_explains_a_layer_shows_with_it(self, opened: "Page") -> None:
        told = opened.get_by_text("uppgift om belysning saknas i kartdata")
        assert not told.is_visible()
        opened.get_by_role("checkbox", name="Belysning").check()
        assert told.is_visible()
        assert opened.get_by_role("group", name="Belysning och sittplatser").is_visible()

    def test_layers_that_are_added_in_python_are_listed(
        self, page: "Page", small_result: "Result", tmp_path: Path, problems: list[str]
    ) -> None:
        made = web_map(small_result)
        group = folium.FeatureGroup(name="Mitt <b>lager</b>", show=False)
        folium.CircleMarker([60.17, 24.94]).add_to(group)
        group.add_to(made)
        folium.GeoJson(small_result.site.to_crs(4326), name="Fler").add_to(made)
        made.save(str(tmp_path / "added.html"))
        page.goto((tmp_path / "added.html").as_uri())
        added = page.get_by_role("group", name="Tillagda lager")
        assert added.get_by_label("Fler").is_checked()
        box = added.get_by_label("Mitt <b>lager</b>")
        assert not box.is_checked()
        box.check()
        assert page.evaluate(
            f"Object.values({MAP}._layers).some(l => l instanceof L.CircleMarker && l._latlng.lat === 60.17)"
        )
        assert page.locator("tbody tr").count() == 10
        assert problems == []

    def test_markers_and_popups_that_are_added_in_python_work_without_network(
        self, page: "Page", small_result: "Result", tmp_path: Path, problems: list[str]
    ) -> None:
        made = web_map(small_result)
        place = small_result.actors.iloc[0]
        folium.Marker([place["lat"], place["lon"]], popup="Vår <i>egen</i> plats").add_to(made)
        made.save(str(tmp_path / "added.html"))
        page.goto((tmp_path / "added.html").as_uri())
        page.locator(".leaflet-marker-icon[src^=data]").click(force=True)
        assert page.inner_text(".leaflet-popup-content") == "Vår egen plats"
        assert problems == []

    def test_what_cannot_work_without_network_leaves_the_rest_whole(
        self, page: "Page", small_result: "Result", tmp_path: Path, problems: list[str]
    ) -> None:
        made = web_map(small_result)
        folium.Marker([60.17, 24.94], icon=folium.Icon(icon="home")).add_to(made)
        made.save(str(tmp_path / "added.html"))
        page.goto((tmp_path / "added.html").as_uri())
        assert page.locator("tbody tr").count() == 10
        assert "reading 'icon'" in problems.pop()  # of L.AwesomeMarkers, which folium would fetch
        choose(page, PRESCHOOL)
        assert problems == []


class TestHostileNames:
    @pytest.mark.parametrize("number", range(6))
    def test_are_only_text(
        self, opened: "Page", problems: list[str], hostile_names: tuple[str, ...], number: int
    ) -> None:
        choose(opened, number)
        name = hostile_names[number]
        assert opened.text_content("#chosen-title bdi") == name
        assert opened.text_content(f"[data-actor='{number}'] bdi") == name
        assert opened.evaluate("window.pwned") is None
        assert problems == []

    def test_in_title_kind_and_street_too(
        self, opened: "Page", problems: list[str], hostile_names: tuple[str, ...]
    ) -> None:
        assert "<script>" in (opened.text_content("h1") or "")
        assert "<script>" in opened.title()
        choose(opened, 8)
        assert "<b>own kind</b>" in (opened.text_content(".chosen dl") or "").lower()
        opened.evaluate(f"{LAYER.format(key='flows')}.getLayers().forEach(line => line.openTooltip())")
        assert hostile_names[0] in opened.locator(".leaflet-tooltip").all_inner_texts()[0]
        assert opened.evaluate("window.pwned") is None
        assert problems == []

    def test_what_gets_into_the_page_all_the_same_reaches_nobody(
        self, page: "Page", small_result: "Result", tmp_path: Path, problems: list[str]
    ) -> None:
        show(page, small_result, tmp_path)
        path = tmp_path / "sv.html"
        foreign = "<base href=https://a.example><img src=https://b.example/x.png><form action=https://a.example>"
        path.write_text(path.read_text("utf-8").replace("<main>", f"{foreign}<main>"), "utf-8")
        page.goto(path.as_uri())
        page.wait_for_selector(".mark .site")
        with page.expect_console_message(lambda message: "form-action" in message.text):
            page.evaluate("document.querySelector('form').submit()")
        assert len(problems) == 3
        assert all("Content Security Policy" in problem for problem in problems)


def _middle(sign: "Locator") -> tuple[float, float]:
    box = sign.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _apart(middles: list[tuple[float, float]], *, least: float) -> bool:
    """Are these points at least so far apart, each from each?"""
    return all(math.dist(a, b) >= least for a, b in itertools.combinations(middles, 2))


class TestLegible:
    SIGNS = ".mark .disc, .mark .sign:not(.minor), .mark .site"

    def test_no_sign_covers_another(self, page: "Page", small_result: "Result", tmp_path: Path) -> None:
        """The house of the small result, its actors and its destinations stand on 200 m of one street."""
        page.emulate_media(reduced_motion="reduce")
        show(page, small_result, tmp_path)
        for step in (0, -2):
            page.evaluate(f"{MAP}.setZoom({ZOOM} + ({step}), {{ animate: false }})")
            signs = page.locator(self.SIGNS)
            middles = [_middle(signs.nth(i)) for i in range(signs.count())]
            assert len(middles) == 12
            assert _apart(middles, least=21)
        led = page.locator(".leader:not([hidden])")
        assert led.count() > 5

    def test_a_sign_is_pressed_where_it_is_seen(self, opened: "Page") -> None:
        opened.evaluate(f"{MAP}.setZoom({ZOOM} - 2, {{ animate: false }})")
        discs = opened.locator(".mark .disc")
        for disc in [discs.nth(i) for i in range(discs.count())]:
            opened.mouse.click(*_middle(disc))
            assert opened.inner_text(".chosen .disc") == disc.inner_text()
            opened.keyboard.press("Escape")

    def test_signs_that_come_back_find_room_again(self, opened: "Page") -> None:
        opened.evaluate(f"{MAP}.setZoom({ZOOM} - 2, {{ animate: false }})")
        places = "[...document.querySelectorAll('.mark')].map(mark => mark.style.margin).sort().join()"
        before = opened.evaluate(places)
        box = opened.locator("[data-layer=destinations-0]")
        box.click()
        assert opened.evaluate(places) != before
        box.click()
        assert opened.evaluate(places) == before

    def test_names_of_streets_are_not_written_under_signs(self, opened: "Page") -> None:
        names = "document.querySelector('.leaflet-names-pane canvas')"
        covered = opened.evaluate(
            f"""(() => {{
                const pen = {names}.getContext("2d");
                const part = (x, y, side) => pen.getImageData((x - side / 2) | 0, (y - side / 2) | 0, side, side);
                return grannskap.marks.spots({MAP}).map(({{ at, r }}) => {{
                    return part(at.x, at.y, Math.round(r)).data.some((value, i) => i % 4 === 3 && value > 0);
                }});
            }})()"""
        )
        assert len(covered) == 12
        assert not any(covered)

    def test_the_chosen_actor_stands_out(self, opened: "Page") -> None:
        choose(opened, PRESCHOOL)
        white = "getComputedStyle(disc).backgroundColor === 'rgb(255, 255, 255)'"
        plain = opened.evaluate(
            f"[...document.querySelectorAll('.mark .disc')].filter(disc => {white}).map(disc => disc.textContent)"
        )
        assert sorted(map(int, plain)) == [1, 2, 3, 4, 5, 6, 7, 10]

    def test_the_focus_is_seen_where_the_sign_is(self, opened: "Page") -> None:
        mark = opened.locator(".mark[aria-label^='8, ']")
        opened.evaluate("document.querySelector('.folium-map').focus()")
        opened.keyboard.press("Tab")
        mark.evaluate("mark => mark.focus()")
        assert mark.evaluate("mark => getComputedStyle(mark).outlineStyle") == "none"
        assert mark.locator("span").evaluate("disc => getComputedStyle(disc).outlineStyle") == "solid"

    def test_the_legend_of_sizes_keeps_to_the_map(self, opened: "Page") -> None:
        for step in (0, -2, -1):
            opened.evaluate(f"{MAP}.setZoom({ZOOM} + ({step}), {{ animate: false }})")
            dot = opened.evaluate(f"{LAYER.format(key='passed')}.getLayers()[0]._radius")
            share = opened.evaluate(f"{LAYER.format(key='passed')}.getLayers()[0].options.radius")
            box = opened.locator(".rows .size-0").bounding_box()
            assert box
            assert box["width"] / 2 == pytest.approx(look.DOT_RADII[1] * dot / share, abs=0.1)

    def test_a_very_long_name_leaves_room_for_the_rest(
        self, page: "Page", small_result: "Result", tmp_path: Path
    ) -> None:
        page.set_viewport_size({"width": 360, "height": 640})
        long = small_result.actors.assign(name="Å" * 600)
        study = replace(small_result.study, name="Långt namn " * 40)
        show(page, replace(small_result, actors=long, study=study), tmp_path)
        assert page.evaluate(f"{MAP}.getSize().y") >= 400
        page.click(".fold")
        choose(page, 0)
        told = page.locator(".told").bounding_box()
        assert told
        assert told["y"] + told["height"] <= 640


class TestChoosing:
    def test_a_row_draws_the_walks_by_errand_and_says_the_sentence(
        self, opened: "Page", problems: list[str], small_result: "Result"
    ) -> None:
        said = small_result.routes("node/108").sentence("sv")
        assert "Passeras" in said
        choose(opened, PRESCHOOL)
        assert opened.text_content(".chosen .told") == said
        assert opened.get_by_role("status").first.text_content() == f"Förskolan Ängen. {said}"
        rows = opened.locator(".errands li")
        assert [rows.nth(i).inner_text().split() for i in range(rows.count())] == [
            ["M", "Mataffär", "22"],
            ["H", "Kollektivtrafik", "7,2"],
        ]
        assert opened.evaluate(ERRANDS) == [0, 1]
        colours = opened.evaluate(f"Object.fromEntries({STRANDS}.map(l => [l.options.errand, l.options.color]))")
        expected = {"0": look.FUNCTION_COLOURS["transit"], "1": look.FUNCTION_COLOURS["groceries"]}
        assert colours == expected
        assert opened.evaluate(FADED)
        until(opened, f"({PAINTED})('ways') > 200")
        assert {*opened.locator(".letter").all_inner_texts()} == {"M", "H"}
        assert opened.locator("[aria-current=true]").get_attribute("data-actor") == str(PRESCHOOL)
        assert opened.locator(".chosen-mark").get_attribute("aria-label") == "8, Förskolan Ängen, 29 passager per vecka"
        assert problems == []

    def test_errands_lie_side_by_side_and_are_wide_by_their_share(self, opened: "Page") -> None:
        choose(opened, PRESCHOOL)
        strands = opened.evaluate(f"{STRANDS}.map(l => [l.options.errand, l.options.aside, l.options.weight])")
        for _, aside, weight in strands:
            assert weight in look.ERRAND_WIDTHS
            assert abs(aside) < sum(look.ERRAND_WIDTHS)
        beside = {errand: aside for errand, aside, _ in strands}
        assert beside[0] < 0 < beside[1]

    def test_one_errand_alone_and_all_again(self, opened: "Page") -> None:
        choose(opened, PRESCHOOL)
        button = opened.locator(".errands button").first
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert opened.evaluate(ERRANDS) == [1]
        button.click()
        assert button.get_attribute("aria-pressed") == "false"
        assert opened.evaluate(ERRANDS) == [0, 1]

    @pytest.mark.parametrize("way_out", ["Escape", "close", "the row again", "the disc again", "the map"])
    def test_every_way_out_takes_the_walks_away(self, opened: "Page", problems: list[str], way_out: str) -> None:
        disc = opened.locator(".mark[aria-label*='Förskolan Ängen']")
        before = opened.evaluate(f"{CENTRE} + ' ' + {ZOOM}")
        assert opened.evaluate(STRANDS) == []
        if "disc" in way_out:
            disc.click(force=True)
        else:
            choose(opened, PRESCHOOL)
        until(opened, f"({PAINTED})('ways') > 200")
        assert opened.evaluate(f"{CENTRE} + ' ' + {ZOOM}") != before
        if way_out == "Escape":
            opened.keyboard.press("Escape")
        elif way_out == "close":
            opened.click(".chosen .close")
        elif way_out == "the row again":
            opened.click(f"[data-actor='{PRESCHOOL}']")
        elif way_out == "the disc again":
            disc.click(force=True)
        else:
            opened.mouse.click(430, 860)
        assert not opened.locator(".chosen").is_visible()
        until(opened, f"({PAINTED})('ways') === 0")
        assert opened.locator("[aria-current], .chosen-mark, .ring, .letter").count() == 0
        assert not opened.evaluate(FADED)
        if way_out != "the map":
            until(opened, f"{CENTRE} + ' ' + {ZOOM} === '{before}'")
        assert problems == []

    def test_another_actor_takes_the_place_of_the_first(self, opened: "Page", small_result: "Result") -> None:
        for number, actor_id, errands in ((PRESCHOOL, "node/108", [0, 1]), (SIDE_STREET, "node/111", [1])):
            choose(opened, number)
            assert opened.text_content(".chosen .told") == small_result.routes(actor_id).sentence("sv")
            assert opened.evaluate(ERRANDS) == errands
            assert opened.locator("[aria-current=true]").count() == 1

    def test_a_dot_on_the_map_chooses_its_row(self, opened: "Page") -> None:
        opened.evaluate(f"void {LAYER.format(key='passed')}.getLayers()[0].fire('click')")
        assert opened.text_content("#chosen-title") == "Skomakaren"
        assert opened.locator("[aria-current=true]").get_attribute("data-actor") == str(SIDE_STREET)
        assert opened.locator(".ring").count() == 1

    def test_a_destination_has_a_card_of_its_own(self, opened: "Page") -> None:
        opened.locator(".mark[aria-label^='Torget']").click(force=True)
        assert "Kollektivtrafik" in opened.inner_text(".leaflet-popup")
        opened.keyboard.press("Escape")
        opened.wait_for_selector(".leaflet-popup", state="detached")


class TestFinding:
    def test_a_group_of_kinds_filters_list_and_map(self, opened: "Page") -> None:
        opened.select_option("#kinds", label="Skolor och förskolor (1)")
        assert opened.locator("tbody tr").count() == 1
        assert opened.inner_text("#listed") == "1 av 1 aktörer visas i listan"
        assert (drawn(opened, "top"), drawn(opened, "passed")) == (1, 0)
        opened.select_option("#kinds", value="")
        assert opened.locator("tbody tr").count() == 10
        assert (drawn(opened, "top"), drawn(opened, "passed")) == (9, 1)

    def test_a_name_filters_the_list(self, opened: "Page") -> None:
        opened.fill("#search", "skomak")
        assert opened.locator("tbody bdi").all_inner_texts() == ["Skomakaren"]
        opened.locator(".mark[aria-label*='Förskolan Ängen']").click(force=True)
        assert opened.locator("[aria-current=true]").is_visible()

    def test_the_list_of_a_centre_grows_on_demand(
        self, page: "Page", sample_result: "Result", tmp_path: Path, problems: list[str]
    ) -> None:
        page.emulate_media(reduced_motion="reduce")
        show(page, sample_result, tmp_path, "en")
        assert page.locator("tbody tr").count() == 25
        page.click("#more")
        assert page.locator("tbody tr").count() == 75
        assert page.evaluate("document.activeElement.dataset.actor") == "25"
        undrawn = page.evaluate("grannskap.state.settings.actors.findIndex(actor => actor.w === undefined)")
        choose(page, undrawn)
        assert page.locator("[aria-current=true]").get_attribute("data-actor") == str(undrawn)
        assert page.evaluate(STRANDS) == []
        assert page.get_by_text("Walks are drawn for the first of the list and of each group.").is_visible()
        assert violations(page) == []
        assert problems == []


class TestAccess:
    def test_keyboard_alone_from_the_start_to_the_drawn_walks_and_back(
        self, opened: "Page", problems: list[str]
    ) -> None:
        def tab_to(selector: str) -> None:
            for _ in range(60):
                if opened.evaluate(f"document.activeElement.matches({selector!r})"):
                    return
                opened.keyboard.press("Tab")
            pytest.fail(f"{selector} cannot be reached")

        before = opened.evaluate(f"{CENTRE} + ' ' + {ZOOM}")
        tab_to("[data-skip]")
        tab_to("#kinds")
        tab_to(f"[data-actor='{SIDE_STREET}']")
        outline = opened.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        opened.keyboard.press("Enter")
        assert opened.evaluate(ERRANDS) == [1]
        assert opened.evaluate("document.activeElement.id") == "chosen-title"
        tab_to(".errands button")
        opened.keyboard.press("Space")
        assert opened.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
        opened.keyboard.press("Escape")
        assert opened.evaluate("document.activeElement.dataset.actor") == str(SIDE_STREET)
        until(opened, f"{CENTRE} + ' ' + {ZOOM} === '{before}'")
        tab_to("[data-layer=seats]")
        opened.keyboard.press("Space")
        assert drawn(opened, "seats") == 2
        tab_to(".folium-map")
        tab_to(".mark[aria-label^='8, ']")
        opened.keyboard.press("Enter")
        assert opened.text_content("#chosen-title") == "Förskolan Ängen"
        opened.keyboard.press("Escape")
        assert "Förskolan Ängen" in opened.evaluate("document.activeElement.getAttribute('aria-label')")
        assert problems == []

    def test_the_way_to_the_map_is_short(self, opened: "Page") -> None:
        opened.keyboard.press("Tab")
        opened.keyboard.press("Enter")
        assert opened.evaluate("document.activeElement.getAttribute('aria-label')") == "Karta över beräknade gångvägar"
        told = opened.evaluate(
            "document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent"
        )
        assert told.startswith("Kartan flyttas med piltangenterna")

    @pytest.mark.parametrize("language", ["sv", "en"])
    @pytest.mark.parametrize("width", [1280, 360])
    def test_axe_finds_nothing_grave(
        self, page: "Page", small_result: "Result", tmp_path: Path, language: str, width: int
    ) -> None:
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(reduced_motion="reduce")
        show(page, small_result, tmp_path, language)
        assert violations(page) == []
        if page.locator(".fold").get_attribute("aria-expanded") == "false":
            page.click(".fold")
            assert violations(page) == []
        for key in ("silent", "schools", "lighting", "seats"):
            page.check(f"[data-layer={key}]")
        assert violations(page) == []
        choose(page, PRESCHOOL)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.lang") == language

    def test_roles_and_headings_tell_what_is_where(self, opened: "Page") -> None:
        assert opened.get_by_role("main").count() == 1
        assert opened.get_by_role("region", name="Karta över beräknade gångvägar").count() == 1
        assert opened.get_by_role("heading", level=1).count() == 1
        headings = opened.get_by_role("heading", level=2).all_inner_texts()
        assert headings == ["Vad brukarna behöver", "Aktörer som ofta passeras", "Visa på kartan", "Om kartan"]
        table = opened.get_by_role("table", name="Aktörer som ofta passeras")
        columns = table.get_by_role("columnheader").all_inner_texts()
        assert columns == ["Rang", "Aktör", "Passager per vecka", "Intervall"]
        assert table.get_by_role("rowheader").count() == 10

    def test_an_unsure_rank_is_seen_and_heard(self, page: "Page", small_result: "Result", tmp_path: Path) -> None:
        wide = small_result.actors.assign(rank_low=1.0, rank_high=3.0)
        wide.loc[0, "rank_high"] = 12.0
        show(page, replace(small_result, actors=wide), tmp_path)
        assert page.locator("tbody .disc.unsure").all_inner_texts() == ["1"]
        assert page.locator(".mark .disc.unsure").all_inner_texts() == ["1"]
        assert "rangen är osäker" in (page.locator("tbody tr").first.text_content() or "")


def test_a_picture_of_the_map_tells_the_source_and_its_date(opened: "Page") -> None:
    told = opened.inner_text(".leaflet-control-attribution")
    assert told == "Kartdata från 2020-12-14 · © OpenStreetMaps bidragsgivare (ODbL)"


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1280, 600), (360, 740)])
def test_the_page_is_as_high_as_the_window(page: "Page", demo: Path, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto((demo / "map.html").as_uri())
    page.wait_for_selector(".mark .site")
    assert page.evaluate("document.scrollingElement.scrollHeight") == height


class TestTelephone:
    def test_a_sheet_from_below(
        self, page: "Page", small_result: "Result", tmp_path: Path, problems: list[str]
    ) -> None:
        page.set_viewport_size({"width": 360, "height": 740})
        page.emulate_media(reduced_motion="reduce")
        show(page, small_result, tmp_path)
        assert not page.locator(".panel-body").is_visible()
        page.get_by_role("button", name="Visa panelen").click()
        assert page.get_by_text("Kartan visar beräknade gångvägar").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        choose(page, PRESCHOOL)
        assert page.evaluate(f"{MAP}.getSize().y") >= 300
        assert page.locator(".chosen .told").is_visible()
        assert not page.locator("tbody").is_visible()
        until(page, f"({PAINTED})('ways') > 100")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("button", name="Stäng").click()
        assert page.locator("tbody").is_visible()
        assert problems == []

    def test_most_of_the_walking_is_in_view(self, page: "Page", kotka_result: "Result", tmp_path: Path) -> None:
        page.set_viewport_size({"width": 360, "height": 740})
        show(page, kotka_result, tmp_path)
        signs = page.locator(".mark .disc, .mark .site")
        boxes = [signs.nth(i).bounding_box() for i in range(signs.count())]
        assert len(boxes) == 11
        assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)

    def test_the_list_is_short_so_that_the_layers_are_near(
        self, page: "Page", sample_result: "Result", tmp_path: Path
    ) -> None:
        page.set_viewport_size({"width": 360, "height": 740})
        show(page, sample_result, tmp_path)
        page.click(".fold")
        assert page.locator("tbody tr").count() == 10
        page.click("#more")
        assert page.locator("tbody tr").count() == 60

    def test_what_one_presses_is_large_enough(self, page: "Page", small_result: "Result", tmp_path: Path) -> None:
        page.set_viewport_size({"width": 360, "height": 740})
        show(page, small_result, tmp_path)
        page.click(".fold")
        for selector in (".fold", "tbody button", ".layers label", "#kinds"):
            box = page.locator(selector).first.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 24


class TestTiles:
    def test_nothing_is_fetched_before_the_button_is_pressed(
        self, page: "Page", small_result: "Result", tmp_path: Path, problems: list[str]
    ) -> None:
        asked: list[str] = []

        def answer(route: "Route") -> None:
            asked.append(route.request.url)
            route.fulfill(status=200, content_type="image/png", body=b"")

        page.route("https://**/*", answer)
        asks = Map(tiles="https://tiles.example/{z}/{x}/{y}.png", attribution="© Somebody & Co")
        show(page, replace(small_result, study=replace(small_result.study, map=asks)), tmp_path)
        assert page.get_by_text("tiles.example får veta vilken plats du tittar på").is_visible()
        page.wait_for_timeout(100)
        assert asked == []
        button = page.get_by_role("button", name="Hämta bakgrunden från tiles.example")
        button.click()
        until(page, "document.querySelectorAll('.leaflet-tile').length > 0")
        page.wait_for_timeout(100)
        assert asked
        assert {url.split("/")[2] for url in asked} == {"tiles.example"}
        assert "© Somebody & Co" in page.inner_text(".leaflet-control-attribution")
        assert not page.locator("[data-layer=ground]").is_checked()
        assert violations(page) == []
        button.click()
        assert page.locator("[data-layer=ground]").is_checked()
        assert problems == []


def test_on_paper_the_map_is_a_picture_and_all_is_listed(opened: "Page", problems: list[str]) -> None:
    painted = f"({PAINTED})('ground')"
    before = opened.evaluate(f"{CENTRE} + ' ' + {ZOOM}")
    opened.emulate_media(media="print")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.locator("canvas.copy").count() == 3
    assert opened.locator("canvas:not(.copy):visible").count() == 0
    assert opened.evaluate(painted) > 500
    assert not opened.get_by_label("Grupp").is_visible()
    assert opened.get_by_text("Kartan visar beräknade gångvägar").is_visible()
    opened.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened.locator("canvas.copy").count() == 0
    until(opened, f"{CENTRE} + ' ' + {ZOOM} === '{before}'")
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


def test_every_word_of_the_scripts_has_been_handed_to_them(opened: "Page") -> None:
    words = opened.evaluate("grannskap.state.settings.words")
    assert all(words.values())
    assert words["close"] == texts_for("sv").gettext("Close")

"""The sheet: true to its scale, complete, the same each time, and telling nothing that it should not."""

import dataclasses
import math
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from matplotlib.colors import to_rgb
from matplotlib.patches import PathPatch, Rectangle
from pdf_words import words
from wording import STANDING_NOTE, avoided_in
from worlds import World

from grannskap.crs import project, scale_and_north
from grannskap.language import texts_for
from grannskap.output import look
from grannskap.output.report.figure import map_figure
from grannskap.output.report.telling import telling
from grannskap.output.sheet import print_map as printmap
from grannskap.output.sheet.block import UNCERTAIN
from grannskap.output.sheet.key import TITLE_LINES
from grannskap.output.sheet.layout import Sheet, View, sheet_of
from grannskap.output.sheet.marks import LONGEST_NAME_MM, Marks
from grannskap.output.sheet.page import page_of
from grannskap.output.sheet.print_map import print_map
from grannskap.output.sheet.system import for_the_sheet, north_of
from grannskap.output.webmap.flows import FlowClass, class_label

if TYPE_CHECKING:
    from grannskap.result import Result

MM_PER_PT = 25.4 / 72
OPERATOR = re.compile(r"((?:-?[\d.]+\s)*)(RG|m|l|S|[fBb]\*?|n)(?=\s)")
LAYOUTS = [("a3", "landscape"), ("a3", "portrait"), ("a4", "landscape"), ("a4", "portrait")]


@dataclasses.dataclass(frozen=True)
class Drawn:
    axes: Any
    marks: Marks
    view: View
    sheet: Sheet

    @property
    def words(self) -> list[str]:
        """What is written, without the halos."""
        return [each.get_text() for each in self.axes.texts if not each.get_path_effects()]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def drawn(
    result: "Result", paper: str = "a3", orientation: str = "landscape", *, scale: int | None = None, lang: str = "sv"
) -> Drawn:
    sheet = sheet_of(paper, orientation)
    view = printmap.view_for(result, sheet, scale=scale)
    _, pen = page_of(sheet.page, sheet.paper)
    return Drawn(pen.axes, printmap.draw_sheet(pen, result, sheet, view, texts_for(lang)), view, sheet)


def with_street(result: "Result", *, length: float) -> "Result":
    """Give the result one street straight to the east, this long, that carries most of the walks."""
    edges = result.edges.copy()
    x, y = result.site.geometry.iloc[0].coords[0]
    lines = [shapely.LineString([(x, y), (x + length, y)]), *edges.geometry.iloc[1:]]
    edges["legs_per_week"] = [1000.0, 999.0, 1.0, 0.0]
    edges["length_m"] = [length, 1e6, 100.0, 100.0]
    return dataclasses.replace(result, edges=edges.set_geometry(lines, crs=edges.crs))


def streams(pdf: bytes) -> Iterator[str]:
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.DOTALL):
        try:
            yield zlib.decompress(found[1]).decode("latin-1")
        except zlib.error:
            continue


def straight_mm(pdf: bytes, colour: str) -> list[float]:
    """How long are the straight lines that are drawn in this colour, in millimetres on the paper?"""
    wanted = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lengths: list[float] = []
    pieces: list[float] = []
    stroke: list[float] = []
    point: list[float] = []
    for found in OPERATOR.finditer("\n".join(streams(pdf))):
        numbers, operator = [float(each) for each in found[1].split()], found[2]
        if operator == "RG" and len(numbers) == 3:
            stroke = numbers
        elif operator in ("m", "l") and len(numbers) == 2:
            pieces += [math.dist(point, numbers) * MM_PER_PT] if operator == "l" else []
            point = numbers
        elif operator not in ("RG", "m", "l"):
            lengths += pieces if operator == "S" and stroke and np.allclose(stroke, wanted, atol=1e-3) else []
            pieces = []
    return lengths


@pytest.mark.parametrize(("scale", "expected_mm"), [(4000, 125.0), (5000, 100.0), (8000, 62.5)])
def test_a_known_distance_measures_true(small_result: "Result", tmp_path: Path, scale: int, expected_mm: float) -> None:
    result = with_street(small_result, length=500.0)
    print_map(result, tmp_path / "map.pdf", scale=scale)
    lengths = straight_mm((tmp_path / "map.pdf").read_bytes(), look.FLOW_COLOURS[4])
    assert [mm for mm in lengths if abs(mm - expected_mm) <= 0.05]


@pytest.mark.parametrize(("paper", "orientation"), LAYOUTS)
def test_the_page_has_the_size_of_the_paper(
    small_result: "Result", tmp_path: Path, paper: str, orientation: str
) -> None:
    path = tmp_path / "map.pdf"
    print_map(small_result, path, paper=paper, orientation=orientation)
    found = re.search(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", path.read_bytes())
    assert found
    page = sheet_of(paper, orientation).page
    assert [float(found[1]) * MM_PER_PT, float(found[2]) * MM_PER_PT] == pytest.approx([page.width, page.height])


def test_the_picture_measures_true_as_well(small_result: "Result", tmp_path: Path) -> None:
    if not shutil.which("pdftoppm"):
        pytest.skip("pdftoppm is not installed")
    result = with_street(small_result, length=500.0)
    print_map(result, tmp_path / "map.pdf", scale=4000)
    subprocess.run(  # noqa: S603
        ["pdftoppm", "-r", "254", "-singlefile", tmp_path / "map.pdf", tmp_path / "map"],  # noqa: S607
        check=True,
    )
    head, _, pixels = (tmp_path / "map.ppm").read_bytes().partition(b"\n255\n")
    width, height = (int(each) for each in head.split()[1:3])
    image = np.frombuffer(pixels, dtype=np.uint8).reshape(height, width, 3)
    ink = np.array([int(look.FLOW_COLOURS[4][i : i + 2], 16) for i in (1, 3, 5)])
    view = printmap.view_for(result, sheet_of("a3", "landscape"), scale=4000)
    frame = image[:, : int(view.frame.right * 10)]
    columns = np.flatnonzero((np.abs(frame.astype(int) - ink).max(axis=2) < 8).any(axis=0))
    cap_mm = look.FLOW_WIDTHS[4] * MM_PER_PT / 2
    beyond_site = float(shapely.get_x(view.on_paper(result.site.geometry.iloc[0])))
    assert columns.max() / 10 - cap_mm - beyond_site == pytest.approx(125.0, abs=0.5)


def test_the_scale_bar_is_as_long_as_it_says(small_result: "Result") -> None:
    told = drawn(small_result, scale=4000)
    parts = [each for each in told.axes.patches if isinstance(each, Rectangle) and each.get_height() == 1.3]
    assert [to_rgb(each.get_facecolor())[0] < 0.5 for each in parts] == [True, False, True, False]
    length = sum(each.get_width() for each in parts)
    assert length == pytest.approx(200 / 4)
    assert {"0", "100", "200 m"} <= set(told.words)


def in_gothenburg(folder: Path, crs: int | str | None) -> "Result":
    """A street of 500 m to the east, at 12° E, where the zones of SWEREF 99 and the national system lie askew."""
    world = World()
    far = -178_500.0
    world.way([(far, 0), (far + 500, 0)], "highway=residential", "name=Storgatan")
    world.node(far + 500, 5, "shop=supermarket")
    return world.analyse(folder, (far, 0), trips={"groceries": 1}, output={"crs": crs} if crs else {})


@pytest.mark.parametrize(
    ("crs", "system", "turn"),
    [
        (None, "SWEREF99 TM (EPSG:3006)", 2.54),
        ("local", "SWEREF99 12 00 (EPSG:3007)", 0.0),
        (3857, "SWEREF99 TM (EPSG:3006)", 2.54),
    ],
)
def test_the_sheet_is_in_the_system_of_the_study_and_tells_north(
    tmp_path: Path, crs: int | str | None, system: str, turn: float
) -> None:
    """Not in that of web maps, whose lengths are not true."""
    result = in_gothenburg(tmp_path, crs)
    moved = for_the_sheet(result)
    told = drawn(moved, scale=4000)
    assert f"Koordinatsystem: {system}" in told.text
    assert north_of(told.view, moved.study_area.crs) == pytest.approx(turn, abs=0.05)
    lengths = [told.view.on_paper(line).length for line in moved.edges.geometry]
    assert sum(lengths) == pytest.approx(125.0, abs=0.2)
    print_map(result, tmp_path / "map.pdf", scale=4000)
    assert system in words((tmp_path / "map.pdf").read_bytes())


def test_the_picture_of_the_report_lies_as_the_sheet_does(tmp_path: Path) -> None:
    drawn_in = {}
    for crs in (None, "local", 3857):
        result = in_gothenburg(tmp_path, crs)
        drawn_in[crs] = map_figure(telling(result, "sv")).picture
    assert drawn_in["local"] != drawn_in[None]
    assert drawn_in[3857] == drawn_in[None]


@pytest.mark.parametrize(("epsg", "lon", "lat"), [(3006, 11.97, 57.71), (3018, 24.1, 65.8), (32635, 24.9, 60.2)])
def test_north_is_where_the_latitude_grows(epsg: int, lon: float, lat: float) -> None:
    x, y = project([lon, lon], [lat, lat + 0.001], source=4326, target=epsg)
    assert scale_and_north(lon, lat, crs=epsg)[1] == pytest.approx(
        math.degrees(math.atan2(*np.diff([x, y])[:, 0])), abs=1e-3
    )


def test_a_name_that_is_too_long_ends_in_an_ellipsis(small_result: "Result") -> None:
    name = "Ett namn på en studie, som ingen hade trott att någon skulle ge den men som någon gav den ändå, " * 2
    study = dataclasses.replace(small_result.study, name=name)
    words = drawn(dataclasses.replace(small_result, study=study), "a4").words
    *first, last = [word for word in words if word.removesuffix("…") in name and len(word) > len("studie")]
    assert len(first) == TITLE_LINES - 1
    assert last.endswith("…")
    assert name.startswith(" ".join([*first, last.removesuffix("…")]))


def test_a_class_of_flow_that_is_one_number_is_written_once() -> None:
    assert class_label(FlowClass(4, 311.0, 312.0), texts_for("sv")) == "310"
    assert class_label(FlowClass(4, 250.0, 312.0), texts_for("sv")) == "250–310"


def test_all_that_a_sheet_needs_is_on_it(sample_result: "Result") -> None:
    text = drawn(sample_result).text
    texts = texts_for("sv")
    assert STANDING_NOTE in text
    assert texts.gettext(UNCERTAIN) in text
    for needed in (
        *("Exempel: Järnvägstorget, Helsingfors", "Skala 1:8 000 (A3)", "WGS 84 / UTM zone 35N (EPSG:32635)"),
        *("Kartdata från 2019-04-21", "© OpenStreetMaps bidragsgivare (ODbL)", "Blad 1 av 1", "Metod: "),
        *("Promenader per vecka", "Sannolik rang", "Finlands nationalteater", "Öppet material", "N"),
    ):
        assert needed in text


def test_the_english_sheet(sample_result: "Result") -> None:
    text = drawn(sample_result, "a4", "portrait", lang="en").text
    for needed in ("The map shows calculated walks", "Scale 1:10,000 (A4)", "© OpenStreetMap contributors (ODbL)"):
        assert needed in text


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_its_words_are_considerate(kotka_result: "Result", lang: str) -> None:
    assert avoided_in(drawn(kotka_result, lang=lang).text) == []


def test_what_is_missing_within_reach_is_said(kotka_result: "Result") -> None:
    assert drawn(kotka_result).text.count("inget inom räckhåll") == 5


def test_each_row_of_the_key_has_a_disc_with_its_interval(sample_result: "Result") -> None:
    told = drawn(sample_result)
    numbers = [int(placed.key["rank"]) for placed in told.marks.actors]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 25
    for placed in told.marks.actors:
        low, high = int(placed.key["rank_low"]), int(placed.key["rank_high"])
        assert (f"{low}–{high}" if low < high else str(low)) in told.words


@pytest.mark.parametrize(("paper", "orientation"), LAYOUTS)
@pytest.mark.parametrize("place", ["sample_result", "kotka_result"])
def test_signs_and_names_do_not_collide(
    request: pytest.FixtureRequest, place: str, paper: str, orientation: str
) -> None:
    told = drawn(request.getfixturevalue(place), paper, orientation)
    marks = told.marks
    shapes = np.array(
        [
            *(placed.shape for placed in (*marks.actors, *marks.destinations, *marks.schools)),
            *(name.shape for name in marks.names),
            *(shapely.Point(at).buffer(2) for at in marks.sites),
        ]
    )
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert [(a, b) for a, b in zip(first, second, strict=True) if a < b] == []
    assert shapely.contains(told.sheet.frame.shape, shapes).all()
    assert len(marks.names) >= 15


def test_names_take_the_room_that_is_reserved_for_them(sample_result: "Result") -> None:
    """What is measured before drawing is what is drawn: checked against the renderer's own boxes."""
    told = drawn(sample_result)
    names = {(name.text, round(name.at[0], 3)): name for name in told.marks.names}
    renderer = told.axes.figure.canvas.get_renderer()
    level = [each for each in told.axes.texts if (each.get_text(), round(each.get_position()[0], 3)) in names]
    assert level
    for each in level:
        box = each.get_window_extent(renderer).transformed(told.axes.transData.inverted())
        shape = names[each.get_text(), round(each.get_position()[0], 3)].shape
        assert shape.buffer(0.8).contains(shapely.box(*box.extents)) or each.get_rotation() % 90


@pytest.mark.parametrize(("paper", "orientation"), LAYOUTS)
def test_nothing_is_written_outside_its_place(kotka_result: "Result", paper: str, orientation: str) -> None:
    told = drawn(kotka_result, paper, orientation)
    page = told.sheet.page.inner(3)
    renderer = told.axes.figure.canvas.get_renderer()
    for each in told.axes.texts:
        box = each.get_window_extent(renderer).transformed(told.axes.transData.inverted())
        assert page.shape.contains(shapely.box(*box.extents)), each.get_text()


def test_the_map_ends_at_its_frame(kotka_result: "Result") -> None:
    told = drawn(kotka_result, scale=2000)
    frame = told.sheet.frame
    ground: list[Any] = [each for each in told.axes.patches if isinstance(each, PathPatch) and each.get_zorder() < 30]
    boxes = np.array([each.get_path().get_extents().extents for each in ground])
    assert boxes[:, :2].min(axis=0) == pytest.approx([frame.x, frame.y], abs=0.5)
    assert (boxes[:, 2] <= frame.right + 1e-6).all()
    assert (boxes[:, 3] <= frame.top + 1e-6).all()
    corners = told.axes.transData.transform([(frame.x, frame.y), (frame.right, frame.top)])
    clips = [each.get_clip_path().get_fully_transformed_path().get_extents().extents for each in ground]
    assert np.allclose(clips, corners.ravel())


def test_actors_outside_the_map_are_marked_in_the_key(sample_result: "Result") -> None:
    told = drawn(sample_result, scale=500)
    assert "utanför kartbilden" in told.text
    assert len(told.marks.actors) < 25


def test_sensitive_neighbours_are_not_on_the_sheet(small_result: "Result") -> None:
    secret = small_result.actors.loc[small_result.actors["sensitive"].to_numpy()]
    assert len(secret) == 1
    places = small_result.destinations
    often = places["trips_per_week"].where(places["destination_id"] != secret["actor_id"].iloc[0], 500.0)
    assert often.max() == 500
    told = drawn(dataclasses.replace(small_result, destinations=places.assign(trips_per_week=often)))
    spot = told.view.on_paper(secret.geometry.iloc[0])
    anchors = [placed.anchor for placed in (*told.marks.actors, *told.marks.destinations, *told.marks.schools)]
    anchors += [*told.marks.dots, *(at for _, at in told.marks.tiles)]
    assert len(anchors) > 10
    assert min(spot.distance(shapely.Point(at)) for at in anchors) > 0.5
    assert "Hemligt boende" not in told.text


def test_schools_are_marked_by_name(small_result: "Result") -> None:
    told = drawn(small_result)
    assert [placed.key["name"] for placed in told.marks.schools] == ["Förskolan Ängen"]
    assert told.marks.grounds
    assert "Förskolan Ängen" in told.words


def test_a_long_name_of_a_school_leaves_room_for_others(small_result: "Result") -> None:
    actors = small_result.actors.copy()
    actors.loc[actors["kind"] == "preschool", "name"] = "Förskolan " + "med ett namn som aldrig tar slut " * 5
    marks = drawn(dataclasses.replace(small_result, actors=actors)).marks
    [name] = [name for name in marks.names if name.text.startswith("Förskolan")]
    assert name.text.endswith("…")
    west, _, east, _ = name.shape.bounds
    assert east - west <= LONGEST_NAME_MM


def test_hostile_names_are_only_text(small_result: "Result", tmp_path: Path) -> None:
    names = ["$\\frac{1}{0}$ \\input{x}", "a_b^c $x$", "", "\u202edoof", "🌷", "x" * 4000]
    actors = small_result.actors.copy()
    actors.loc[actors.index[: len(names)], "name"] = names
    edges = small_result.edges.assign(name=["$\\alpha$ gatan", "$", "\x00\x07", "🌷"])
    study = dataclasses.replace(small_result.study, name="$\\frac$ <script> 🌷")
    result = dataclasses.replace(small_result, actors=actors, edges=edges, study=study)
    words = drawn(result).words
    assert "$\\frac{1}{0}$ \\input{x}" in words
    assert "$\\frac$ <script>" in words
    assert not [word for word in words if "\u202e" in word or "🌷" in word]
    print_map(result, tmp_path / "map.pdf")


def test_a_place_without_walks_and_actors_makes_a_sheet(small_result: "Result", tmp_path: Path) -> None:
    result = dataclasses.replace(
        small_result,
        actors=small_result.actors.iloc[:0],
        edges=small_result.edges.assign(legs_per_week=0.0),
        destinations=small_result.destinations.iloc[:0],
        ground={},
    )
    text = drawn(result).text
    assert "Inga aktörer passeras" in text
    assert texts_for("sv").gettext("No walks could be calculated") in text
    print_map(result, tmp_path / "map.pdf")


def test_the_same_result_gives_the_same_bytes(small_result: "Result", tmp_path: Path) -> None:
    for kind in ("pdf", "png"):
        for name in ("a", "b"):
            print_map(small_result, tmp_path / f"{name}.{kind}", paper="a4")
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_the_file_tells_nothing_beside_the_sheet(small_result: "Result", tmp_path: Path) -> None:
    print_map(small_result, tmp_path / "map.pdf")
    print_map(small_result, tmp_path / "map.png", paper="a4")
    pdf, png = (tmp_path / "map.pdf").read_bytes(), (tmp_path / "map.png").read_bytes()
    outside = re.sub(rb"stream.*?endstream", b"", pdf, flags=re.DOTALL)
    for word in (b"Exempel", b"Author", b"Date", b"Producer", b"60.17", b"385600", str(tmp_path).encode()):
        assert word not in outside
    assert set(re.findall(rb"(IHDR|pHYs|tEXt|iTXt|zTXt|tIME|eXIf|IEND)", png)) == {b"IHDR", b"pHYs", b"IEND"}


def test_fonts_are_embedded_and_words_stay_words(small_result: "Result", tmp_path: Path) -> None:
    print_map(small_result, tmp_path / "map.pdf")
    pdf = (tmp_path / "map.pdf").read_bytes()
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"DejaVuSans" in pdf


def test_a_users_own_settings_of_matplotlib_change_nothing(small_result: "Result", tmp_path: Path) -> None:
    import matplotlib as mpl  # noqa: PLC0415

    print_map(small_result, tmp_path / "a.pdf", paper="a4")
    with mpl.rc_context({"savefig.bbox": "tight", "font.size": 30, "pdf.fonttype": 3, "axes.facecolor": "red"}):
        print_map(small_result, tmp_path / "b.pdf", paper="a4")
        assert mpl.rcParams["savefig.bbox"] == "tight"
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_words_and_letters_are_legible() -> None:
    signs = [look.function_sign(function).colour for function in (*look.FUNCTION_COLOURS, "sport")]
    assert min(look.contrast(look.ink_on(colour), colour) for colour in signs) >= 4.5
    assert min(look.contrast(ink, look.PRINT_SHEET) for ink in (look.INK, look.QUIET_INK)) >= 4.5
    assert look.contrast("#ffffff", look.ACCENT) >= 4.5
    assert look.contrast(look.QUIET_INK, look.PRINT_HALO) >= 4.5


def test_flows_can_be_told_apart_without_colour() -> None:
    light = [look.luminance(colour) for colour in look.FLOW_COLOURS]
    assert light == sorted(light, reverse=True)
    assert min(look.contrast(a, b) for a, b in pairwise(look.FLOW_COLOURS)) > 1.4


def test_the_study_says_how_it_is_printed(small_result: "Result", tmp_path: Path) -> None:
    asked = dataclasses.replace(small_result.study.print, paper="a4", orientation="portrait", scale=2500)
    result = dataclasses.replace(small_result, study=dataclasses.replace(small_result.study, print=asked))
    print_map(result, tmp_path / "a.pdf")
    print_map(small_result, tmp_path / "b.pdf", paper="a4", orientation="portrait", scale=2500)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_run_without_a_sheet_does_not_load_matplotlib() -> None:
    code = "import sys, grannskap.output.writing; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603
    assert run.stdout.strip() == "False"

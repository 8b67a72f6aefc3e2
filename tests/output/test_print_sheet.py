"""How a sheet is divided, at which scale a place fits, and where there is room for signs and names."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grannskap.output.sheet.layout import GAP_MM, SCALES, Box, fitting_scale, print_files, sheet_of, view_of
from grannskap.output.sheet.pen import drawable, fitted, width_mm, wrapped
from grannskap.output.sheet.places import Room, along, beside
from grannskap.study import Print

LAYOUTS = [("a3", "landscape"), ("a3", "portrait"), ("a4", "landscape"), ("a4", "portrait")]
FRAME = Box(10, 10, 200, 200)


@pytest.mark.parametrize(("paper", "orientation"), LAYOUTS)
def test_the_map_takes_two_thirds_and_nothing_overlaps(paper: str, orientation: str) -> None:
    sheet = sheet_of(paper, orientation)
    boxes = [sheet.frame, *{sheet.legend, *sheet.actors}]
    for n, box in enumerate(boxes):
        assert sheet.page.inner(6).shape.covers(box.shape)
        assert all(box.shape.distance(other.shape) >= GAP_MM[paper] - 1e-9 for other in boxes[n + 1 :])
    key = max(sheet.page.width, sheet.page.height) - max(
        sheet.frame.width if sheet.is_landscape else sheet.frame.height, 0
    )
    assert key / max(sheet.page.width, sheet.page.height) == pytest.approx(1 / 3, abs=0.05)


@given(st.floats(10, 20_000), st.floats(10, 20_000))
def test_the_scale_is_the_largest_that_holds_the_place(width: float, height: float) -> None:
    scale = fitting_scale(FRAME, width, height)
    assert width * 1000 / scale <= FRAME.width
    assert height * 1000 / scale <= FRAME.height
    larger = [each for each in SCALES if each < scale]
    assert not larger or max(width * 1000 / larger[-1], height * 1000 / larger[-1]) > 0.98 * 200


def test_the_radius_of_the_practice_fits_on_a3() -> None:
    frame = sheet_of("a3", "landscape").frame
    assert fitting_scale(frame, 1000, 1000) == 4000
    assert fitting_scale(frame, 1280, 1280) == 5000
    assert fitting_scale(frame, 2000, 2000) == 8000


def test_the_place_comes_in_the_middle_and_the_site_when_it_does_not_fit() -> None:
    area, site = shapely.box(0, 0, 800, 400), shapely.Point(100, 100)
    view = view_of(FRAME, area=area, site=site, scale=None)
    assert view.scale == 5000
    assert view.on_paper(area).centroid.coords[0] == pytest.approx((110, 110))
    close = view_of(FRAME, area=area, site=site, scale=1000)
    assert close.on_paper(site).coords[0] == pytest.approx((110, 110))
    assert close.on_paper(shapely.LineString([(0, 0), (50, 0)])).length == pytest.approx(50)


def test_the_files_follow_the_paper() -> None:
    assert print_files(Print()) == ("map-a3.pdf",)
    assert print_files(Print(paper="a4", png=True)) == ("map-a4.pdf", "map-a4.png")


def test_a_sign_with_room_stays_where_it_is_and_the_next_moves_outwards() -> None:
    room = Room(FRAME)
    first = room.place("a", (100.0, 100.0), 2.0)
    second = room.place("b", (100.0, 100.0), 2.0, outwards=0.0)
    assert first is not None
    assert second is not None
    assert first.moved == 0
    assert 4 <= second.moved <= 6.5
    assert abs(math.atan2(second.at[1] - 100, second.at[0] - 100)) < math.pi / 4
    assert not first.shape.intersects(second.shape)


def test_where_there_is_no_room_there_is_no_sign() -> None:
    room = Room(FRAME, taken=[shapely.box(80, 80, 120, 120)])
    assert room.place("a", (100.0, 100.0), 2.0, farthest=15.0) is None
    assert room.place("a", (100.0, 100.0), 2.0, farthest=40.0) is not None
    assert Room(FRAME).place("a", (500.0, 100.0), 2.0, farthest=10.0) is None


spots = st.lists(st.tuples(st.floats(11, 209), st.floats(11, 209), st.floats(1, 4)), min_size=2, max_size=15)


@given(spots)
def test_signs_never_cover_each_other(given_spots: list[tuple[float, float, float]]) -> None:
    room = Room(FRAME)
    placed = [room.place(n, (x, y), radius) for n, (x, y, radius) in enumerate(given_spots)]
    shapes = [each.shape for each in placed if each]
    assert shapes
    assert all(FRAME.shape.covers(shape) for shape in shapes)
    assert not any(a.intersects(b) for n, a in enumerate(shapes) for b in shapes[n + 1 :])


def test_a_name_lies_along_its_street_and_reads_from_left_to_right() -> None:
    street = shapely.LineString([(150, 150), (50, 50)])
    name = along(Room(FRAME), "Storgatan", [street], width=20, height=2, aside=2)
    assert name is not None
    assert name.angle == pytest.approx(45)
    assert street.distance(shapely.Point(name.at)) == pytest.approx(2)
    assert not street.intersects(name.shape)


def test_a_name_lies_only_where_the_street_is_straight() -> None:
    bends = shapely.LineString([(50 + 4 * n, 100 + 4 * (n % 2)) for n in range(20)])
    assert along(Room(FRAME), "Krokgatan", [bends], width=20, height=2, aside=0) is None
    half = shapely.LineString([*bends.coords, (170, 100), (200, 100)])
    name = along(Room(FRAME), "Krokgatan", [half], width=20, height=2, aside=0)
    assert name is not None
    assert name.at[0] > 135


def test_a_name_beside_a_sign_takes_the_first_free_side() -> None:
    room = Room(FRAME)
    right = beside(room, "A", (100, 100), clear=3, width=10, height=2)
    left = beside(room, "B", (100, 100), clear=3, width=10, height=2)
    assert right is not None
    assert left is not None
    assert right.at[0] > 100 > left.at[0]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=80), st.floats(1, 60))
def test_what_is_fitted_is_no_wider_than_its_room(text: str, room_mm: float) -> None:
    shown = drawable(text)
    assert width_mm(fitted(shown, room_mm, 7.0), 7.0) <= room_mm
    assert all(width_mm(line, 7.0) <= room_mm for line in wrapped(shown, room_mm, 7.0))


def test_no_word_is_lost_in_wrapping() -> None:
    text = "Kartan visar beräknade gångvägar i gatunätet, inte hur enskilda personer rör sig."
    lines = wrapped(text, 40.0, 7.0)
    assert len(lines) > 1
    assert " ".join(lines) == text

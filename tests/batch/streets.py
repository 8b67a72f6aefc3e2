"""A street with errands at its ends and homes along it, for comparisons of sites on it."""

from dataclasses import replace

from worlds import Spot, World, degrees

from grannskap.study import Site, Study

SPOTS: dict[str, Spot] = {"west": (0, 0), "middle": (200, 0), "east": (420, 0), "north": (200, 150)}


def street() -> World:
    """A street of 600 m with a lane; a stop, two shops, a school, cafés, and homes with and without numbers."""
    world = World(bounds=((-1500, -1500), (2000, 1500)))
    world.way([(0, 0), (200, 0), (400, 0), (600, 0)], "highway=residential", "name=Storgatan", "lit=yes")
    world.way([(200, 0), (200, 200)], "highway=footway")
    world.node(590, 10, "shop=supermarket", "name=Handeln")
    world.node(10, 12, "shop=supermarket", "name=Hörnan")
    world.node(300, 5, "highway=bus_stop", "name=Torget")
    world.box(340, 10, 380, 40, "amenity=school", "name=Skolan", "building=school")
    world.node(210, 100, "amenity=cafe", "name=Kaféet")
    world.node(215, 60, "amenity=bench")
    for x in range(40, 560, 60):
        world.node(x, -15, "addr:street=Storgatan", f"addr:housenumber={x}")
    world.box(480, 15, 500, 30, "building=apartments")
    return world


def at(study: Study, spot: Spot) -> Study:
    lon, lat = degrees(*spot)
    return replace(study, site=Site(lat=lat, lon=lon), name=f"At {spot[0]:g}, {spot[1]:g}")

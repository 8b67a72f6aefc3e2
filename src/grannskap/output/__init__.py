"""What people carry away: map, tables, GeoPackage, and the one look that they share."""

from grannskap.osm.quiet import load_quietly

load_quietly()  # before folium does it with a socket

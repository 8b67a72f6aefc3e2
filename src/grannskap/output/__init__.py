"""What people carry away: map, tables, GeoPackage, and the one look that they share."""

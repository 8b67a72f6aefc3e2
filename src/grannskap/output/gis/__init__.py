"""Layers for a GIS: GeoPackage with styles of QGIS, GeoJSON and shapefiles."""

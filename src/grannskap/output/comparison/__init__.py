"""What a comparison of sites gives: a page to read, tables, layers for a GIS."""

"""The map on paper: a sheet to a true scale, with key table and title block."""

"""The edge of the program: raw OpenStreetMap elements, from an extract on disk."""

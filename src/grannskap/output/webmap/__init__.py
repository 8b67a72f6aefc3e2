"""The web map: one page that holds everything it needs and asks no host for anything."""

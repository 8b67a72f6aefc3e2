"""Many sites in one run: gathered in one pass, measured by processes of their own, kept until all is written."""

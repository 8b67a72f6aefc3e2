"""Comparison: what a site measures so that it can be read beside other sites, and what differs."""

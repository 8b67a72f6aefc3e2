"""The written analysis, as a Word document and as a page."""

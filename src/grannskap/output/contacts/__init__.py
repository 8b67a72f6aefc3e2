"""The list of contacts as a workbook, for internal use."""

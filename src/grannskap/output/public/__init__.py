"""What everybody may see: map, sheet, layers and report, each made of the public view alone."""

"""What a notebook may alter before it analyses anew: assumptions, layers and sheet; streets and places."""

from grannskap.batch.settings import with_one_setting
from grannskap.place.correcting import without_place
from grannskap.routes.changing import with_path, without_way
from grannskap.study.changing import assumed, at_site, with_layer, with_sheet

__all__ = [
    "assumed",
    "at_site",
    "with_layer",
    "with_one_setting",
    "with_path",
    "with_sheet",
    "without_place",
    "without_way",
]

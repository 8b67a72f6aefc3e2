"""How is a study's sheet printed?"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, PlainValidator
from pydantic_core import PydanticCustomError

from grannskap.study.values import YesNo

Paper = Literal["a3", "a4"]
Orientation = Literal["landscape", "portrait"]

SCALES = (500, 100_000)
"""The largest and the smallest scale that a study may ask for."""


def _print_scale(value: object) -> int | None:
    """Is this a whole number within the limits, or "auto" (None)?"""
    if value is None or value == "auto":
        return None
    if type(value) is int and SCALES[0] <= value <= SCALES[1]:
        return value
    raise PydanticCustomError("print_scale", "no scale")


@dataclass(frozen=True, slots=True)
class Print:
    """How is the printed sheet made?

    Attributes
    ----------
    paper : {"a3", "a4"}
    orientation : {"landscape", "portrait"}
    scale : int, optional
        4000 for 1:4 000; when left out ("auto" in a study file) the largest of the usual ones that holds the study
        area.
    png : bool
        Whether a picture is written beside the PDF.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    paper: Paper = "a3"
    orientation: Orientation = "landscape"
    scale: Annotated[int | None, PlainValidator(_print_scale)] = None
    png: YesNo = False

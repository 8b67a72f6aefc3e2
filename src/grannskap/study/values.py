"""Which values may stand in a study file? Numbers are strict; nan and infinity are refused."""

from typing import Annotated

from pydantic import Field

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]
Whole = Annotated[int, Field(strict=True)]
YesNo = Annotated[bool, Field(strict=True)]
Words = Annotated[str, Field(pattern=r"\S")]

"""What every part of a policy document shares: frozen strict models, the shapes of values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Words = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_-]{1,39}$")]
Series = Annotated[
    str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", min_length=2, max_length=16)
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Seconds = Annotated[int, Field(gt=0)]
Days = Annotated[int, Field(gt=0, le=3660)]
Months = Annotated[int, Field(gt=0, le=60)]
Term = Annotated[int, Field(gt=0, le=600)]
Tenths = Annotated[int, Field(ge=0, le=1000)]


class Part(BaseModel):
    """A part of a document: nothing converted, nothing unknown, nothing changed later."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def complete(given: Collection[str], codes: Iterable[str], what: str) -> None:
    """Refuse what leaves out one of the codes."""
    missing = [str(code) for code in codes if code not in given]
    if missing:
        raise ValueError(f"{what} is missing for {', '.join(missing)}")


def once(codes: Iterable[str], what: str) -> None:
    """Refuse a code that is named twice."""
    twice = [code for code, count in Counter(codes).items() if count > 1]
    if twice:
        raise ValueError(f"{what} named twice: {', '.join(twice)}")

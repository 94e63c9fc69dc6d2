"""What is typed of a session held for several ISPs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import Reference
from portal.entries.values import Day, Whole
from portal.policy.codes import Module
from portal.registers.codes import Funding, Language, Level, Mode, Provider

MOST_PEOPLE = 10_000
People = Annotated[Whole, Field(ge=0, le=MOST_PEOPLE)]


def _several(value: Any) -> Any:
    return re.findall(r"[^\s,;+|]+", value) if isinstance(value, str) else value


class SharedSessionIn(Input):
    """A session as its trainer records it: never who was there, each ISP says that itself."""

    provider: Provider = Field(title="Held as")
    session_ref: Reference = Field(
        title="Your reference", description="Your number for the session, used once."
    )
    held_on: Day = Field(title="Held on")
    modules: Annotated[frozenset[Module], BeforeValidator(_several), Field(min_length=1)] = Field(
        title="Modules", description="All that were taught."
    )
    level: Level = Field(title="Level")
    mode: Mode = Field(title="Form")
    language: Language = Field(title="Language")
    minutes: Annotated[Whole, Field(ge=15, le=2400)] = Field(
        title="Minutes", description="For each module."
    )
    funded_by: Funding = Field(Funding.UNKNOWN, title="Paid for by")

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """Nothing that has yet to be held is recorded."""
        yield from given.yet_to_come(v, "held_on")

    def columns(self) -> dict[str, Any]:
        """As typed, with the modules in one text."""
        return {**self.__dict__, "modules": " ".join(sorted(self.modules))}

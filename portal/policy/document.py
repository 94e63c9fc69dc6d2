"""A policy document: everything an authority puts in force at once, as frozen typed data."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Self, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from portal.period import Period
from portal.policy.codes import ActionType, ServiceRole
from portal.policy.obligations import Obligation
from portal.policy.parts import Days, Months, Part, Version, Words, complete, once
from portal.policy.terms import (
    Audit,
    Calendar,
    Fair,
    Ladder,
    LegalBasis,
    Limits,
    Papers,
    PermittedList,
    Retention,
    Training,
)


class Policy(Part):
    """One version of a policy, whole: limits, obligations, training sets and closed lists.

    ``confirmed`` here and below: an authority stands behind the number or text; where it is false
    the portal says so on screen.
    """

    version: Version
    title_en: Words
    title_km: Words
    zone: str
    calendar: Calendar
    papers: Papers
    confirmed: bool
    return_due_day: Annotated[int, Field(ge=1, le=28)]
    correction_working_days: Days
    reply_working_days: Days
    delinquent_days: Days
    declaration_reconfirm_months: Months
    small_sample: Annotated[int, Field(ge=0)]
    small_cell: Annotated[int, Field(ge=0)]
    # A version that was loaded before letters were thought of owes none.
    ladder: Ladder | None = None
    fair: Fair
    # Where nobody said how long, nothing is destroyed.
    retention: Retention | None = None
    # A version from before audits shows the numbers that lead to the evidence, and no more.
    audit: Audit = Audit()
    limits: Limits
    training: Training
    actions: dict[ServiceRole, tuple[ActionType, ...]]
    permitted_lists: tuple[PermittedList, ...]
    legal_bases: Annotated[tuple[LegalBasis, ...], Field(min_length=1)]
    obligations: Annotated[tuple[Obligation, ...], Field(min_length=1)]

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"{zone} is not a time zone")
        return zone

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        complete(self.actions, ServiceRole, "a list of actions")
        if self.ladder is not None and self.ladder.overdue_days >= self.delinquent_days:
            raise ValueError("the overdue notice comes before a month is delinquent")
        once((o.code for o in self.obligations), "obligation")
        once((i for o in self.obligations for i in o.indicators), "indicator")
        once((x.code for x in self.permitted_lists), "permitted list")
        once((x.code for x in self.legal_bases), "legal basis")
        if not any(o.core for o in self.obligations):
            raise ValueError("no obligation is core: nothing could ever be a finding")
        return self

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone whose clocks bound days and months."""
        return ZoneInfo(self.zone)

    def is_practice(self, period: Period) -> bool:
        """Whether a month is for practice: never late, and without a certificate (chairs A4)."""
        return str(period) in self.fair.practice_months

    def obligation(self, code: str) -> Obligation:
        """The obligation of a code; KeyError where there is none."""
        return _named(self.obligations, code)

    def permitted_list(self, code: str) -> PermittedList:
        """The permitted list of a code; KeyError where there is none."""
        return _named(self.permitted_lists, code)

    def legal_basis(self, code: str) -> LegalBasis:
        """The legal basis of a code; KeyError where there is none."""
        return _named(self.legal_bases, code)

    def allows(self, role: ServiceRole, action: ActionType) -> bool:
        """Whether somebody in this service role can take this action at all."""
        return action in self.actions[role]


_Coded = TypeVar("_Coded", Obligation, PermittedList, LegalBasis)


@lru_cache(maxsize=64)
def read_policy(document: bytes) -> Policy:
    """The policy in a document's bytes, parsed once; raises pydantic's ValidationError."""
    return Policy.model_validate_json(document)


def _named(things: Iterable[_Coded], code: str) -> _Coded:
    for thing in things:
        if thing.code == code:
            return thing
    raise KeyError(code)

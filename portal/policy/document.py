"""A policy document: everything an authority puts in force at once, as frozen typed data."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Self, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from portal.accounts import SizeClass
from portal.policy.codes import (
    ActionType,
    Category,
    ListKind,
    Module,
    Priority,
    RoleGroup,
    ServiceRole,
    TrainingResult,
)
from portal.policy.obligations import Obligation
from portal.policy.parts import (
    Code,
    Country,
    Days,
    Months,
    Part,
    Seconds,
    Tenths,
    Version,
    Words,
    complete,
    once,
)
from portal.policy.workdays import knows

_LONGEST_WEEKEND = 6


class Limits(Part):
    """The time limits, all in seconds; the first three by priority."""

    acknowledge_s: dict[Priority, Seconds]
    act_s: dict[Priority, Seconds]
    report_s: dict[Priority, Seconds]
    list_add_s: Seconds
    list_emergency_s: Seconds
    list_delist_s: Seconds
    complaint_ack_s: Seconds
    complaint_decide_s: Seconds
    restore_s: Seconds
    pause_without_approval_s: Seconds
    clock_skew_s: Seconds
    confirmed: bool

    @field_validator("acknowledge_s", "act_s", "report_s")
    @classmethod
    def _every_priority(cls, limits: dict[Priority, int]) -> dict[Priority, int]:
        complete(limits, Priority, "a limit")
        return limits


class Training(Part):
    """Who must know what, and for how long a training counts (chairs B8).

    ``required`` are modules by size of the ISP and role group; ``minima`` tenths of a percent of
    the people of a role group who must hold all of theirs.
    """

    induction_days: Days
    refresher_months: Months
    results_that_count: Annotated[tuple[TrainingResult, ...], Field(min_length=1)]
    required: dict[SizeClass, dict[RoleGroup, tuple[Module, ...]]]
    minima: dict[RoleGroup, Tenths]
    confirmed: bool

    @model_validator(mode="after")
    def _every_size_and_group(self) -> Self:
        complete(self.required, SizeClass, "a training set")
        for size, groups in self.required.items():
            complete(groups, RoleGroup, f"a training set of a {size} ISP")
        complete(self.minima, RoleGroup, "a minimum")
        if len(set(self.required[SizeClass.SMALL].values())) > 1:
            raise ValueError("a SMALL ISP has one training set for all role groups")
        return self


class PermittedList(Part):
    """A list that may be applied under this policy, and the kinds of entries it may have."""

    code: Code
    name: Words
    publisher: Words
    country: Country
    kinds: Annotated[tuple[ListKind, ...], Field(min_length=1)]
    confirmed: bool


class LegalBasis(Part):
    """A law or order a notice may rest on; the list is closed and its categories are two."""

    code: Code
    citation_en: Words
    citation_km: Words
    category: Category
    confirmed: bool


class Calendar(Part):
    """Which days are never working days: ``weekend`` counts Monday as 1, holidays by country."""

    country: Country
    weekend: tuple[Annotated[int, Field(ge=1, le=7)], ...]

    @model_validator(mode="after")
    def _leave_something(self) -> Self:
        if not knows(self.country):
            raise ValueError(f"no holidays can be computed for {self.country}")
        if len(set(self.weekend)) > _LONGEST_WEEKEND:
            raise ValueError("no day of the week would be left for work")
        return self


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
    confirmed: bool
    return_due_day: Annotated[int, Field(ge=1, le=28)]
    correction_working_days: Days
    reply_working_days: Days
    delinquent_days: Days
    declaration_reconfirm_months: Months
    small_sample: Annotated[int, Field(ge=0)]
    small_cell: Annotated[int, Field(ge=0)]
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

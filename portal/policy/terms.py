"""The terms of a policy: time limits, training sets, closed lists and the calendar it counts by."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from portal.accounts import SizeClass
from portal.policy.codes import (
    Category,
    ListKind,
    Module,
    Priority,
    RoleGroup,
    SealedText,
    TrainingResult,
)
from portal.policy.parts import (
    Code,
    Country,
    Days,
    Month,
    Months,
    Part,
    Seconds,
    Series,
    Tenths,
    Term,
    Words,
    complete,
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


class Ladder(Part):
    """When an ISP is written to about a month that it has not filed (domain §3), and about an order
    that it is silent on (chairs A3).

    The reminder goes so many working days before the due day, the overdue notice so many days after
    it (0: as soon as it is over); the last letter goes when the month counts as delinquent. Of an
    order the reminder goes after ``order_tenths`` of a percent of the limit to act, another one
    when the limit is over.
    """

    reminder_working_days: Days
    overdue_days: Annotated[int, Field(ge=0, le=60)]
    order_tenths: Annotated[int, Field(ge=1, le=999)] = 500
    confirmed: bool


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


class Papers(Part):
    """What the papers of a country carry besides facts: its heading, its clocks, its numbers.

    ``state`` and ``motto`` head a certificate; ``clock`` names the clocks of the policy's zone in
    a sentence; ``signed_at`` is the place a signature states; ``series`` begins every number.
    """

    series: Series
    signed_at: Words
    state_en: Words
    state_km: Words
    motto_en: Words
    motto_km: Words
    clock_en: Words
    clock_km: Words


class Fair(Part):
    """What a fair process promises, in days and shares (chairs A4, A8, B7, C8).

    ``extension_most_days`` are calendar days that may be asked for at once; a working day on which
    an outage lasted ``outage_lost_s`` or more is not counted towards the due day; a draft finding
    is replied to within ``reply_working_days``; an appeal comes within ``appeal_days`` and is
    answered within ``appeal_working_days``; an error that the ISP reports itself is forgiven once
    an obligation in ``self_report_months``; ``nil_sample_tenths`` of a percent of the quiet returns
    are drawn for a closer look, one at least. ``practice_months`` are written ``2026-09``.
    """

    extension_most_days: Days
    outage_lost_s: Seconds
    reply_working_days: Days = 10
    appeal_days: Days
    appeal_working_days: Days
    self_report_months: Months = 12
    nil_sample_tenths: Annotated[int, Field(ge=1, le=1000)]
    practice_months: tuple[Month, ...] = ()
    confirmed: bool


class Retention(Part):
    """How long values that tell of persons and cases are kept, in months (domain §6 rules 11, 12).

    ``register_months`` after a row's last month its confidential texts are destroyed;
    ``pseudonym_months`` after somebody left the link from their pseudonym to what they did; a
    hold is looked at again every ``hold_review_months``. Codes, times and digests stay.
    """

    register_months: Term
    pseudonym_months: Term
    hold_review_months: Months
    confirmed: bool


class Audit(Part):
    """What auditors are shown of sealed texts besides their commitments, and how many lines one
    sample has at most.
    """

    shown_texts: tuple[SealedText, ...] = (
        SealedText.OWN_REF,
        SealedText.SOURCE_REF,
        SealedText.STAFF_REF,
    )
    sample_most: Annotated[int, Field(ge=1, le=500)] = 100
    confirmed: bool = False


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

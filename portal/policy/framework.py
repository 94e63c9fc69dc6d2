"""What stands around a policy: the framework it serves and the bodies that take part."""

from __future__ import annotations

import enum
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from portal.accounts import OrganisationKind
from portal.policy.codes import DayKind
from portal.policy.parts import Code, Part, Words, once


class Sight(enum.StrEnum):
    """What a body may be shown at most (chairs A7, B5, C9)."""

    PUBLIC_STATUS = "PUBLIC_STATUS"
    QUARTERLY_AGGREGATES = "QUARTERLY_AGGREGATES"
    OWN_NOTICES = "OWN_NOTICES"
    RETURNS = "RETURNS"
    COMPLIANCE_REPORTS = "COMPLIANCE_REPORTS"
    POLICY = "POLICY"


class PlanPriority(Part):
    """One priority of a plan. ``quotation``: the wording is as printed in the source, errors
    included; ``owes``: the one from which obligations follow.
    """

    no: Annotated[int, Field(gt=0, le=99)]
    title_en: Words
    title_km: Words
    quotation: bool
    owes: bool = False


class Framework(Part):
    """A plan with its span of validity; a certificate names the one its period lies in.

    While not ``confirmed`` it is a proposal: it carries demonstrations, never a certificate.
    """

    code: Code
    title_en: Words
    title_km: Words
    valid_from: date
    valid_to: date | None = None
    succeeds: Code | None = None
    source: Words
    confirmed: bool
    priorities: Annotated[tuple[PlanPriority, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        once((str(p.no) for p in self.priorities), "priority")
        if sum(p.owes for p in self.priorities) != 1:
            raise ValueError("exactly one priority owes something")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    @property
    def priority(self) -> PlanPriority:
        """The priority from which the obligations follow."""
        return next(p for p in self.priorities if p.owes)

    def covers(self, day: date) -> bool:
        """Whether a day lies in its span."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Body(Part):
    """An institution that takes part, and what it may see; never a person, never a number."""

    code: Code
    name_en: Words
    name_km: Words
    kind: OrganisationKind
    task_en: Words
    task_km: Words
    may_see: tuple[Sight, ...]
    confirmed: bool


class DayOverride(Part):
    """A day that is or is not a working day whatever the weekday and the computed holidays say."""

    day: date
    kind: DayKind
    name_en: Words
    name_km: Words
    sub_decree: Annotated[str, Field(max_length=64)]
    confirmed: bool

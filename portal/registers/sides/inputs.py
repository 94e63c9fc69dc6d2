"""What is typed when an ISP answers an order, and when its sender takes the whole order back."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from pydantic import Field

from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import Pseudonym, Reference
from portal.entries.values import When
from portal.policy.codes import ActionType
from portal.registers.codes import LateReason
from portal.registers.sides.folded import Because

_RECEIVED: Any = Field(
    None, title="Order received", description="First receipt at your contact point, even if unread."
)
_HANDLED_BY: Any = Field(
    None, title="Handled by", description="A staff pseudonym such as S-0421, never a name."
)


class Answer(enum.StrEnum):
    """What an ISP answers to an order (chairs A3)."""

    RECEIVED = "RECEIVED"
    APPLIED = "APPLIED"
    CANNOT = "CANNOT"
    LIFTED = "LIFTED"


class AnswerIn(Input):
    """An answer for the whole order: for every item that it can be said of."""

    answer: ClassVar[Answer]

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """Nothing that has yet to come is answered."""
        times = ("received_at", "occurred_at")
        yield from given.yet_to_come(v, *(name for name in times if name in cls.model_fields))


class ReceivedIn(AnswerIn):
    """The order came."""

    answer = Answer.RECEIVED

    received_at: When | None = _RECEIVED
    handled_by: Pseudonym | None = _HANDLED_BY


class AppliedIn(AnswerIn):
    """The order is carried out."""

    answer = Answer.APPLIED

    occurred_at: When = Field(title="Applied")
    received_at: When | None = _RECEIVED
    action: ActionType | None = Field(
        None, title="What was done", json_schema_extra={"x-widget": "select"}
    )
    handled_by: Pseudonym | None = _HANDLED_BY
    second_approver: Pseudonym | None = Field(
        None,
        title="Second approver",
        description="Needed to block a whole domain: the pseudonym of another person.",
    )
    late_reason: LateReason | None = Field(
        None, title="If late: why", json_schema_extra={"x-widget": "select"}
    )


class CannotIn(AnswerIn):
    """The order is not carried out, on technical or legal grounds (chairs B9)."""

    answer = Answer.CANNOT

    because: Because = Field(
        title="Because",
        description="A technical or legal ground. Nobody needs to look at material.",
        json_schema_extra={"x-widget": "radio"},
    )
    occurred_at: When = Field(title="Since when this is known")
    received_at: When | None = _RECEIVED
    handled_by: Pseudonym | None = _HANDLED_BY


class LiftedIn(AnswerIn):
    """The order was taken back, and nobody is kept out any more."""

    answer = Answer.LIFTED

    occurred_at: When = Field(title="Lifted")


ANSWER_INPUTS: Final[Mapping[Answer, type[AnswerIn]]] = MappingProxyType(
    {model.answer: model for model in (ReceivedIn, AppliedIn, CannotIn, LiftedIn)}
)


class WithdrawalIn(Input):
    """The sender takes the whole order back, at every ISP."""

    occurred_at: When = Field(title="Taken back")
    reference: Reference | None = Field(
        None, title="Your reference", description="If the withdrawal has a number of its own."
    )

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """Nothing that has yet to come is recorded."""
        yield from given.yet_to_come(v, "occurred_at")

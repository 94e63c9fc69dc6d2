"""What every input shares: times, days and numbers as people write them, all errors at once."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, NamedTuple, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    create_model,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from portal.errors import Refused
from portal.policy.document import Policy

I = TypeVar("I", bound="Input")  # noqa: E741 - reads as Input


class Problem(NamedTuple):
    """One rule that said no: the field it speaks of, its code, and what the sentence needs."""

    field: str | None
    code: str
    params: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Given:
    """What an input is checked against: the clock of this act and the policy in force."""

    now: datetime
    policy: Policy

    @functools.cached_property
    def today(self) -> date:
        """The day of the act on the policy's clocks."""
        return self.now.astimezone(self.policy.time_zone).date()

    @functools.cached_property
    def skew(self) -> timedelta:
        """How far the clocks of two houses may lie apart (hard case 20)."""
        return timedelta(seconds=self.policy.limits.clock_skew_s)

    @functools.cached_property
    def latest(self) -> datetime:
        """The last moment that may have come for whoever's clock is ahead."""
        return self.now + self.skew

    def in_order(self, *moments: datetime | None) -> bool:
        """Whether instants follow each other, allowing for the skew; unknown ones are skipped."""
        before: datetime | None = None
        for moment in moments:
            if moment is None:
                continue
            if before is not None and before > moment + self.skew:
                return False
            before = moment
        return True

    def yet_to_come(self, v: Any, *names: str) -> Iterator[Problem]:
        """A problem for each named instant or day of ``v`` that has not come yet."""
        for name in names:
            claimed = getattr(v, name)
            if isinstance(claimed, datetime):
                late = claimed > self.latest
            else:
                late = claimed is not None and claimed > self.today
            if late:
                yield Problem(name, "in-the-future")


class Input(BaseModel):
    """What is typed into a register. Fields check themselves; ``rules`` check them together.

    Both are asked in one go, so that every error is known at once: a rule that speaks of a field
    which is wrong by itself is left out. Validate with
    ``context={"now": aware instant, "policy": Policy}``; ``check`` does so, and refuses.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True
    )

    @classmethod
    def completed(cls, data: dict[str, Any], given: Given) -> dict[str, Any]:  # noqa: ARG003 - for heirs
        """The data with what follows from the policy filled in."""
        return data

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:  # noqa: ARG003 - for heirs
        """What is wrong between the fields of ``v``; one that failed by itself is None there."""
        yield from ()

    def columns(self) -> dict[str, Any]:
        """The columns of the register's table that the input fills."""
        return dict(self.__dict__)

    @model_validator(mode="wrap")
    @classmethod
    def _everything_at_once(
        cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        if isinstance(data, cls):
            return data
        given = _given(info)
        filled = cls.completed(dict(data), given)
        found: list[InitErrorDetails] = []
        value: Any = None
        seen: Any = None
        try:
            value = seen = handler(filled)
        except ValidationError as failure:
            found = [_again(error) for error in failure.errors(include_url=False)]
            seen = _partial(cls, filled, {str(e["loc"][0]) for e in found if e["loc"]}, info)
        wrong = {e["loc"][0] for e in found if e["loc"]}
        found += [_told(p) for p in cls.rules(seen, given) if p.field not in wrong]
        if found:
            raise ValidationError.from_exception_data(cls.__name__, found, hide_input=True)
        return value  # type: ignore[no-any-return]


def check(model: type[I], data: Mapping[str, Any], *, now: datetime, policy: Policy) -> I:
    """The input that the data make; raises Refused with every problem, in field order."""
    try:
        return model.model_validate(data, context={"now": now, "policy": policy})
    except ValidationError as failure:
        raise Refused([(p.field, p.code, dict(p.params)) for p in problems(failure)]) from None


def right_by_themselves(
    model: type[Input], data: Mapping[str, Any], *, now: datetime, policy: Policy
) -> dict[str, Any]:
    """What the fields mean that are right, whatever else is wrong; the others are left out."""
    left, context = dict(data), {"now": now, "policy": policy}
    while True:
        try:
            meant = _lenient(model).model_validate(left, context=context)
        except ValidationError as failure:
            wrong = {str(e["loc"][0]) for e in failure.errors(include_url=False)}
            left = {name: value for name, value in left.items() if name not in wrong}
        else:
            return {name: getattr(meant, name) for name in left}


def problems(failure: ValidationError) -> list[Problem]:
    """Every problem of a failed validation; what was typed is never among them."""
    return [
        Problem(str(e["loc"][0]) if e["loc"] else None, e["type"], e.get("ctx", {}))
        for e in failure.errors(include_url=False, include_input=False)
    ]


def _given(info: ValidationInfo) -> Given:
    context = info.context or {}
    return Given(context["now"], context["policy"])


def _told(problem: Problem) -> InitErrorDetails:
    loc = (problem.field,) if problem.field else ()
    # The text is for logs; the reader's sentence is made from the code.
    error = PydanticCustomError(problem.code, "refused by a rule", dict(problem.params))
    return InitErrorDetails(type=error, loc=loc, input=None)


def _again(error: Any) -> InitErrorDetails:
    ctx = {k: v for k, v in error.get("ctx", {}).items() if k != "error"}
    told = PydanticCustomError(error["type"], "refused by its form", ctx or None)
    return InitErrorDetails(type=told, loc=error["loc"][:1], input=None)


@functools.cache
def _lenient(model: type[BaseModel]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        name: (Annotated[field.annotation, *field.metadata, None] | None, None)
        for name, field in model.model_fields.items()
    }
    return create_model(f"{model.__name__}Seen", **fields)


def _partial(
    model: type[BaseModel], data: dict[str, Any], wrong: set[str], info: ValidationInfo
) -> BaseModel:
    """The fields that are right by themselves; the others are None."""
    right = {k: v for k, v in data.items() if k not in wrong and k in model.model_fields}
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if not field.is_required() and name not in wrong
    }
    return _lenient(model).model_validate({**defaults, **right}, context=info.context)

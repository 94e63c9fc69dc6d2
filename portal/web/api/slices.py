"""What of a list is asked for: filters, how much, and from where on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, NamedTuple, TypeVar

from flask import request, url_for
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Enum

from portal.period import Period
from portal.policy.queries import policy_on
from portal.registers.queries import Wanted
from portal.registers.register import Register
from portal.web.api.problems import Fault, NotTaken
from portal.web.session import session, today
from portal.web.words import errors_of, sentence

M = TypeVar("M", bound=BaseModel)
MOST: Final = 200
USUAL: Final = 50
_PLACE: Final = r"^-?[0-9]{1,19}\.[0-9]{1,10}$"


class Sliced(BaseModel):
    """How much of a list, and from where on."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(USUAL, ge=1, le=MOST, description="So many at most.")


class EntriesAsked(Sliced):
    """Which entries of a register."""

    before: str | None = Field(
        None, pattern=_PLACE, description="From here on; take it from `next`."
    )
    period: str | None = Field(
        None, pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="Of a month, such as 2026-10."
    )


class KeysAsked(Sliced):
    """Which of what has a number."""

    before: int | None = Field(None, ge=1, le=2**31 - 1, description="Those with a lower number.")


class Asked(NamedTuple):
    """Which entries, how many, and from which place on."""

    wanted: Wanted
    before: str | None
    limit: int


def asked_as(model: type[M], besides: Collection[str] = ()) -> M:
    """The address's parameters as a model; each may come once. Raises NotTaken(query-refused)."""
    args = request.args
    unknown = set(args) - set(model.model_fields) - set(besides)
    twice = [name for name in args if len(args.getlist(name)) > 1 and name not in unknown]
    faults = [Fault("unknown-parameter", gettext("A parameter is not known here."))] * bool(unknown)
    faults += [_refused(name) for name in twice]
    try:
        value = model.model_validate({n: args[n] for n in model.model_fields if n in args})
    except ValidationError as failure:
        faults += [
            Fault(problem.code, problem.text, parameter=problem.field)
            for problem in errors_of(model, failure)
        ]
    if faults:
        raise NotTaken("query-refused", faults)
    return value


def entries_asked(register: Register) -> Asked:
    """Which entries of a register the address asks for. Raises NotTaken(query-refused)."""
    offered = filters_of(register)
    value = asked_as(EntriesAsked, offered)
    codes = {name: request.args[name] for name in offered if name in request.args}
    wrong = [name for name, chosen in codes.items() if chosen not in (offered[name] or _lists())]
    if wrong:
        raise NotTaken("query-refused", [_refused(name) for name in wrong])
    period = Period.parse(value.period) if value.period else None
    return Asked(Wanted(period, codes), value.before, value.limit)


def next_address(before: object) -> str | None:
    """Where a list goes on; None at its end."""
    if before is None:
        return None
    asked: dict[str, Any] = {**request.args.to_dict(), "before": before}
    return url_for(request.endpoint or "", **(request.view_args or {}), **asked)


def filters_of(register: Register) -> dict[str, list[str]]:
    """What a register's entries are told apart by, and the codes that each filter takes; none for
    lists, which the policy names.
    """
    found: dict[str, list[str]] = {}
    for name in register.filters:
        kind = register.table.__table__.columns[name].type
        found[name] = list(kind.enums) if isinstance(kind, Enum) else []
    return found


def _lists() -> list[str]:
    return [one.code for one in policy_on(session(), today()).policy.permitted_lists]


def _refused(name: str) -> Fault:
    return Fault("literal_error", sentence("literal_error", label=name), parameter=name)

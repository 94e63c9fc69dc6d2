"""The forms of how lists are applied: what is said, consented to, taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field, create_model

from portal.accounts.queries import licensees
from portal.entries.inputs import Input
from portal.entries.values import Day
from portal.period import Period
from portal.policy.queries import policy_at
from portal.registers.codes import ListMode
from portal.web.forms import ModelForm, form_for
from portal.web.gate import me
from portal.web.labels import label
from portal.web.nav import organisation_names
from portal.web.session import now, session, today


class Saying(Input):
    """How lists are applied from a day on."""

    lists: list[str] = Field(title="Lists")
    mode: ListMode = Field(title="How they are applied", json_schema_extra={"x-widget": "radio"})
    upstream: str | None = Field(
        None,
        title="Upstream",
        description="Only if another ISP enforces them for you. It must consent.",
        json_schema_extra={"x-widget": "select"},
    )
    from_on: Day = Field(title="From this day on")


_Consenting = create_model(
    "Consenting",
    __base__=Input,
    from_on=(
        Day,
        Field(title="Evidence of days from", description="They see these entries as theirs."),
    ),
)
_Withdrawing = create_model(
    "Withdrawing",
    __base__=Input,
    from_on=(
        Day, Field(title="No longer from", description="Today or later: what was taken over stays.")
    ),
)  # fmt: skip


def say_form() -> ModelForm[Any]:
    """The form of what an ISP says of its lists."""
    policy = policy_at(session(), now()).policy
    offered = {
        "lists": [(one.code, one.name) for one in policy.permitted_lists],
        "mode": [(str(mode), label(mode)) for mode in ListMode],
        "upstream": _other_isps(),
    }
    return _form(form_for(Saying, choices=offered), {"from_on": today()})


def consent_form() -> ModelForm[Any]:
    """The form of a consent; it begins with the month that is being prepared."""
    return _form(form_for(_Consenting), {"from_on": Period.on(today()).previous().first_day})


def withdraw_form() -> ModelForm[Any]:
    """The form that takes a consent back."""
    return _form(form_for(_Withdrawing), {"from_on": today()})


def _form(kind: Any, data: dict[str, date]) -> ModelForm[Any]:
    given = {"now": now(), "policy": policy_at(session(), now()).policy}
    form: ModelForm[Any] = kind(data=data, given=given)
    return form


def _other_isps() -> list[tuple[str, str]]:
    isps = [
        isp for isp in licensees(session(), Period.on(today())) if isp.id != me().organisation_id
    ]
    names = organisation_names(isp.id for isp in isps)
    return sorted(((isp.slug, names[isp.id]) for isp in isps), key=lambda isp: isp[1].casefold())

"""The forms of notices: what is sent and to whom, what is said of its items, a month's counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

from flask_babel import lazy_gettext as _
from pydantic import AfterValidator, BeforeValidator, Field, create_model
from pydantic_core import PydanticCustomError

from portal.accounts import Organisation
from portal.accounts.queries import licensees
from portal.entries.codes import CorrectionReason
from portal.entries.guards import KHMER_DIGITS
from portal.notices.codes import ActKind, SourceType
from portal.notices.inputs import ActIn, MonthCountIn, NoticeIn
from portal.notices.model import MonthCount, Notice
from portal.notices.notifiers import sources_of
from portal.notices.refusals import NoSuchItems
from portal.period import Period
from portal.policy.document import Policy
from portal.policy.queries import policy_at
from portal.registers.register import REGISTERS
from portal.web.entry_forms import reasons
from portal.web.facts import text_of
from portal.web.forms import ModelForm, form_for
from portal.web.gate import me
from portal.web.labels import label
from portal.web.nav import organisation_names
from portal.web.session import now, session, today

GROUPS = (
    (_("The notice"), ("source_type", "source_ref", "items", "issued_at", "priority")),
    (_("What it rests on"), ("instrument", "legal_basis", "assessment", "assessed_by")),
    (_("The items"), ("service_role", "locator_kind", "hosting_country", "harm", "media")),
)
_STRETCHES = re.compile(r"\d{1,6}(-\d{1,6})?(,\d{1,6}(-\d{1,6})?)*")


def _numbers(value: Any) -> Any:
    """Numbers and stretches as people write them, such as ``3, 7-9``."""
    if not isinstance(value, str):
        return value
    text = value.translate(KHMER_DIGITS).replace("–", "-")
    return re.sub(r"[,;\s]+", ",", re.sub(r"\s*-\s*", "-", text.strip())).strip(",")


def _stretches(text: str) -> str:
    if not _STRETCHES.fullmatch(text):
        raise PydanticCustomError("not-item-numbers", "are no numbers")
    return text


Numbers = Annotated[str, AfterValidator(_stretches), BeforeValidator(_numbers)]


class Saying(ActIn):
    """What is said, and of which items."""

    items: Numbers | None = Field(
        None, title="Items", description="Such as 3, 7-9. Leave empty for all of them."
    )


_To = create_model("NoticeTo", isps=(list[str], Field(title="Sent to")))
NoticeAsked = create_model(
    "NoticeAsked",
    __base__=NoticeIn,
    everybody=(bool, Field(False, title="To all licensees")),
    isps=(list[str], Field([], title="Sent to", description="Or to these alone.")),
)
NoticeAgain = create_model(
    "NoticeAgain",
    __base__=NoticeIn,
    expects=(int, Field(title="Version", json_schema_extra={"x-widget": "hidden"})),
    reason=(CorrectionReason, Field(title="Why the notice is corrected")),
)
CountAsked = create_model(
    "CountAsked",
    __base__=MonthCountIn,
    expects=(int, Field(title="Version", json_schema_extra={"x-widget": "hidden"})),
)


def notice_form() -> ModelForm[Any]:
    """The form of a new notice."""
    first = {"hosting_country": _policy().calendar.country, "items": 1}
    return _form(NoticeAsked, first, isps=_isps())


def correction_form(notice: Notice) -> ModelForm[Any]:
    """The form of a notice's next version, filled with what stands."""
    stands = {name: getattr(notice, name) for name in NoticeIn.model_fields}
    offered = [(str(reason), label(reason)) for reason in reasons(REGISTERS["takedowns"])]
    return _form(NoticeAgain, {**stands, "expects": notice.version}, reason=offered)


def addressing_form(besides: Iterable[int]) -> ModelForm[Any]:
    """The form that sends a notice to further ISPs."""
    known = set(besides)
    offered = [(slug, name) for slug, name, isp_id in _licensed() if isp_id not in known]
    return form_for(_To, choices={"isps": offered})()


def saying_form() -> ModelForm[Any]:
    """The form of what is said of items later on."""
    offered = {"kind": [(str(kind), label(kind)) for kind in ActKind]}
    return form_for(Saying, choices=offered)(given={"now": now(), "policy": _policy()})


def count_form(count: MonthCount | None) -> ModelForm[Any]:
    """The form of a month's counts."""
    stands = {name: getattr(count, name) for name in MonthCountIn.model_fields} if count else {}
    data = {**stands, "expects": count.version if count else 0}
    return form_for(CountAsked)(data=data, given={"now": now(), "policy": _policy()})


def numbers_of(typed: str | None, last: int) -> list[int]:
    """The item numbers that somebody named, all of them for none; raises NoSuchItems."""
    if typed is None:
        return list(range(1, last + 1))
    found: set[int] = set()
    for stretch in typed.split(","):
        first, _dash, end = stretch.partition("-")
        if not 1 <= int(first) <= int(end or first) <= last:
            raise NoSuchItems("items", items=last)
        found |= set(range(int(first), int(end or first) + 1))
    return sorted(found)


def notice_of(typed: Any) -> NoticeIn:
    """The notice itself, out of what its form took."""
    return NoticeIn.model_construct(**{n: getattr(typed, n) for n in NoticeIn.model_fields})


def addressees(typed: Any) -> list[int]:
    """The ids of the ISPs that a new notice goes to: all that are licensed, or those chosen."""
    if typed.everybody:
        return [isp_id for _slug, _name, isp_id in _licensed()]
    return isp_ids(typed.isps)


def isp_ids(slugs: Iterable[str]) -> list[int]:
    """The ids of ISPs chosen by their short names."""
    wanted = set(slugs)
    return [isp_id for slug, _name, isp_id in _licensed() if slug in wanted]


def my_sources() -> list[SourceType]:
    """As what the asker's organisation sends notices today."""
    return sources_of(session(), me().organisation_id, today())


def _form(model: Any, data: dict[str, Any], **offered: Any) -> ModelForm[Any]:
    policy = _policy()
    bases = [(x.code, text_of("legal_basis", x.code, policy)) for x in policy.legal_bases]
    sources = [(str(source), label(source)) for source in my_sources()]
    choices = {"legal_basis": bases, "source_type": sources, **offered}
    kind: Any = form_for(model, choices=choices, leave_out=("category",))
    form: ModelForm[Any] = kind(data=data, given={"now": now(), "policy": policy})
    return form


def _isps() -> list[tuple[str, str]]:
    return [(slug, name) for slug, name, _ in _licensed()]


def _licensed() -> list[tuple[str, str, int]]:
    isps: list[Organisation] = list(licensees(session(), Period.on(today())))
    names = organisation_names(isp.id for isp in isps)
    return sorted(
        ((isp.slug, names[isp.id], isp.id) for isp in isps), key=lambda isp: isp[1].casefold()
    )


def _policy() -> Policy:
    return policy_at(session(), now()).policy

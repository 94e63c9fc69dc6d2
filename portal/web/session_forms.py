"""The forms of shared sessions: what was held and for whom, how many came, who of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from pydantic import Field, create_model

from portal.accounts.queries import licensees
from portal.entries.codes import CorrectionReason
from portal.period import Period
from portal.policy.codes import TrainingResult
from portal.policy.queries import policy_at
from portal.registers.codes import Provider
from portal.registers.register import REGISTERS
from portal.registers.shared.confirming import OFFERED, usual_result
from portal.registers.shared.inputs import People, SharedSessionIn
from portal.registers.shared.model import SharedSession
from portal.registers.shared.trainers import providers_of
from portal.web.entry_forms import group_of, reasons
from portal.web.forms import ModelForm, form_for
from portal.web.gate import me
from portal.web.labels import label
from portal.web.nav import organisation_names
from portal.web.session import now, session, today

GROUPS = (
    group_of(_("The session"), "provider session_ref held_on modules level"),
    group_of(_("How it was held"), "mode language minutes funded_by"),
)
_To = create_model("SessionTo", isps=(list[str], Field(title="Held for")))
SessionAsked = create_model(
    "SessionAsked", __base__=SharedSessionIn, isps=(list[str], Field(title="Held for"))
)
SessionAgain = create_model(
    "SessionAgain",
    __base__=SharedSessionIn,
    expects=(int, Field(title="Version", json_schema_extra={"x-widget": "hidden"})),
    reason=(CorrectionReason, Field(title="Why the session is corrected")),
)


def session_form() -> ModelForm[Any]:
    """The form of a new session."""
    mine = my_providers()
    first = {"provider": mine[0]} if len(mine) == 1 else {}
    return _form(SessionAsked, first, isps=_offered(_licensed()))


def correction_form(what: SharedSession) -> ModelForm[Any]:
    """The form of a session's next version, filled with what stands."""
    stands = {name: getattr(what, name) for name in SharedSessionIn.model_fields}
    stands |= {"modules": what.modules.split(), "expects": what.version}
    offered = [(str(reason), label(reason)) for reason in reasons(REGISTERS["training"])]
    return _form(SessionAgain, stands, reason=offered)


def adding_form(besides: Iterable[int]) -> ModelForm[Any]:
    """The form that enters a session for further ISPs."""
    known = set(besides)
    further = [one for one in _licensed() if one[2] not in known]
    return form_for(_To, choices={"isps": _offered(further)})()


def count_form(counted: Mapping[str, int | None], names: Mapping[str, str]) -> ModelForm[Any]:
    """The form of how many people were there: one number for each ISP, by short name."""
    fields: dict[str, Any] = {
        _count_field(slug): (People | None, Field(None, title=names[slug])) for slug in counted
    }
    asked: Any = create_model("CountAsked", **fields)
    stands = {_count_field(slug): count for slug, count in counted.items()}
    form: ModelForm[Any] = form_for(asked)(data=stands)
    return form


def counts_of(typed: Any, ids: Mapping[str, int]) -> dict[int, int | None]:
    """The numbers typed, by the ids of the ISPs."""
    return {isp_id: getattr(typed, _count_field(slug)) for slug, isp_id in ids.items()}


def people_form(what: SharedSession, people: Mapping[str, str]) -> ModelForm[Any]:
    """The form that confirms people, by pseudonym -> role group: a box each, and a result each
    that begins with what a session of this level usually ends with.
    """
    usual = usual_result(what)
    results: dict[str, Any] = {
        result_field(who): (
            TrainingResult,
            Field(usual, title="Result", json_schema_extra={"x-widget": "select"}),
        )
        for who in people
    }
    asked: Any = create_model(
        "PeopleConfirmed", people=(list[str], Field(default=[], title="Who was there")), **results
    )
    offered: dict[str, Any] = {
        result_field(who): [(str(result), label(result)) for result in OFFERED] for who in people
    }
    offered["people"] = [(who, f"{who} · {label(role)}") for who, role in people.items()]
    first = {result_field(who): usual for who in people}
    form: ModelForm[Any] = form_for(asked, choices=offered)(data=first)
    return form


def results_of(typed: Any) -> dict[str, TrainingResult]:
    """The results of the people who were ticked; of somebody no longer offered, none is known and
    the rules will say why.
    """
    given = {who: getattr(typed, result_field(who), None) for who in typed.people}
    return {who: result or TrainingResult.ATTENDED for who, result in given.items()}


def result_field(who: str) -> str:
    """What the result of a person is called in the form."""
    return f"result_{who}".replace("-", "_")


def my_providers() -> list[Provider]:
    """As what the asker's organisation holds sessions today."""
    return providers_of(session(), me().organisation_id, today())


def session_of(typed: Any) -> SharedSessionIn:
    """The session itself, out of what its form took."""
    said = {name: getattr(typed, name) for name in SharedSessionIn.model_fields}
    return SharedSessionIn.model_construct(**said)


def isp_ids(slugs: Iterable[str]) -> list[int]:
    """The ids of ISPs chosen by their short names."""
    wanted = set(slugs)
    return [isp_id for slug, _name, isp_id in _licensed() if slug in wanted]


def _count_field(slug: str) -> str:
    return f"count_{slug}".replace("-", "_")


def _form(model: Any, data: dict[str, Any], **offered: Any) -> ModelForm[Any]:
    providers = [(str(provider), label(provider)) for provider in my_providers()]
    first = {"funded_by": SharedSessionIn.model_fields["funded_by"].default, **data}
    given = {"now": now(), "policy": policy_at(session(), now()).policy}
    kind: Any = form_for(model, choices={"provider": providers, **offered})
    form: ModelForm[Any] = kind(data=first, given=given)
    return form


def _offered(isps: Sequence[tuple[str, str, int]]) -> list[tuple[str, str]]:
    return [(slug, name) for slug, name, _ in isps]


def _licensed() -> list[tuple[str, str, int]]:
    isps = licensees(session(), Period.on(today()))
    names = organisation_names(isp.id for isp in isps)
    found = [(isp.slug, names[isp.id], isp.id) for isp in isps]
    return sorted(found, key=lambda isp: isp[1].casefold())

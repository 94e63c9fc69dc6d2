"""Standing declarations: every answer on one page, one tap to confirm them all (chairs B7)."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import Field, create_model
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.errors import NotThere
from portal.policy.document import Policy
from portal.policy.obligations import Obligation
from portal.policy.queries import policy_on
from portal.registers.declarations import Declaration
from portal.registers.declaring import declare, is_stale, reconfirm
from portal.registers.inputs_staff import DeclarationIn, declarable
from portal.registers.queries import declarations, declared_before
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me, my_isp
from portal.web.nav import spoken
from portal.web.pages import page
from portal.web.session import now, session, today

bp = Blueprint("declarations", __name__, url_prefix="/declarations")

_Asked = create_model(
    "DeclarationAsked",
    __base__=DeclarationIn,
    expects=(int, Field(title="Version", json_schema_extra={"x-widget": "hidden"})),
)


class Standing(NamedTuple):
    """An obligation in the reader's language and the answer that stands, if one does."""

    obligation: Obligation
    title: str
    summary: str
    answer: Declaration | None
    stale: bool


@bp.get("")
@allow(Permission.ENTRY_READ)
def index() -> Response:
    """Every obligation that a declaration answers."""
    policy = policy_on(session(), today()).policy
    answers = declarations(session(), my_isp().id)
    rows = [_standing(o, answers.get(o.code), policy) for o in declarable(policy)]
    return page(
        "declarations/index.html",
        rows=rows,
        unanswered=sum(row.answer is None for row in rows),
        confirmable=any(row.answer and row.answer.checked_on < today() for row in rows),
        months=policy.declaration_reconfirm_months,
    )


@bp.get("/<string(maxlength=10):code>")
@allow(Permission.ENTRY_READ)
def show(code: str) -> Response:
    """One obligation: its answer to change, and every answer given before."""
    isp = my_isp()
    policy = policy_on(session(), today()).policy
    obligation = _named(policy, code)
    before = declared_before(session(), isp.id, code)
    stands = before[0] if before else None
    begins = {name: getattr(stands, name) for name in DeclarationIn.model_fields} if stands else {}
    begins |= {
        "obligation": code,
        "checked_on": today(),
        "expects": stands.version if stands else 0,
    }
    form = _form(obligation, policy, begins)
    return page("declarations/show.html", form=form, **_context(policy, obligation, before))


@bp.post("")
@allow(Permission.DECLARATION_WRITE)
def add() -> Response:
    """Answer one obligation from now on."""
    isp = my_isp()
    policy = policy_on(session(), today()).policy
    obligation = _named(policy, request.form.get("obligation", ""))
    before = declared_before(session(), isp.id, obligation.code)
    context = _context(policy, obligation, before)
    typed: Any = _form(obligation, policy, {}).checked("declarations/show.html", **context)
    value = DeclarationIn.model_construct(
        **{name: getattr(typed, name) for name in DeclarationIn.model_fields}
    )
    declare(session(), isp.id, value, expects=typed.expects, by=me(), at=now())
    session().commit()
    flash(_("Declared. The answer stands until you change it."))
    return redirect(url_for(".index"), 303)


@bp.post("/reconfirmation")
@allow(Permission.DECLARATION_WRITE)
def confirm() -> Response:
    """Say that every standing answer still holds."""
    count = reconfirm(session(), my_isp().id, by=me(), at=now())
    session().commit()
    flash(
        ngettext("%(num)d answer confirmed today.", "%(num)d answers confirmed today.", count)
        if count
        else _("Every answer was confirmed today already.")
    )
    return redirect(url_for(".index"), 303)


def _standing(obligation: Obligation, answer: Declaration | None, policy: Policy) -> Standing:
    in_khmer = spoken() == "km"
    months = policy.declaration_reconfirm_months
    return Standing(
        obligation,
        obligation.title_km if in_khmer else obligation.title_en,
        obligation.summary_km if in_khmer else obligation.summary_en,
        answer,
        answer is not None and is_stale(answer, months, today()),
    )


def _named(policy: Policy, code: str) -> Obligation:
    for obligation in declarable(policy):
        if obligation.code == code:
            return obligation
    raise NotThere("obligation")


def _form(obligation: Obligation, policy: Policy, begins: dict[str, Any]) -> ModelForm[Any]:
    left_out = () if obligation.asks_deputies else ("deputies",)
    form = form_for(_Asked, leave_out=left_out)
    return form(data=begins, given={"now": now(), "policy": policy})


def _context(policy: Policy, obligation: Obligation, before: Any) -> dict[str, Any]:
    stands = before[0] if before else None
    return {"standing": _standing(obligation, stands, policy), "before": before}

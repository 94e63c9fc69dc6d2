"""The registers: what they are, one list each, read in slices and filtered by code and month."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import Enum
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.entries.texts import Reference
from portal.errors import Refusal
from portal.period import Period
from portal.policy.codes import Priority
from portal.policy.document import Policy
from portal.policy.queries import policy_on
from portal.registers.lists.queries import waiting, waits_for_consent
from portal.registers.queries import Wanted, counts, entries, place_of
from portal.registers.register import REGISTERS, Register, register_named
from portal.registers.states import ItemState, State, states
from portal.retention.terms import retention_on
from portal.web.facts import Fact, facts_of
from portal.web.forms import form_for
from portal.web.gate import allow, my_isp
from portal.web.labels import label
from portal.web.language import month
from portal.web.pages import before, page, slice_of
from portal.web.session import now, session, today, zone
from portal.web.trainings import sessions_waiting
from portal.web.words import title_of

bp = Blueprint("registers", __name__, url_prefix="/registers")
SHOWN, MONTHS_OFFERED = 50, 15
TAKEDOWNS = REGISTERS["takedowns"]
TRAINING = REGISTERS["training"]
_OPEN = frozenset({State.OPEN, State.OPEN_OVERDUE, State.PAUSED})


class Listed(NamedTuple):
    """An entry in a list: its name and page, what the list shows of it, and where it stands;
    ``danger`` marks an open item of priority 1.
    """

    name: str
    href: str
    facts: list[Fact]
    state: ItemState | None
    void: bool
    danger: bool


class Filter(NamedTuple):
    """A question that narrows a list: its field, title, choices, and the one chosen."""

    name: str
    title: str
    choices: list[tuple[str, str]]
    chosen: str


class Finding(BaseModel):
    """What somebody looks for, by a number they know; sent in the body, never in an address."""

    reference: Reference = Field(
        title="Find by number", description="A ticket, a sender's reference or a staff pseudonym."
    )


FindingForm = form_for(Finding)


@bp.get("")
@allow(Permission.ENTRY_READ)
def overview() -> Response:
    """Every register with what it holds of this month and the one before."""
    isp, this = my_isp(), Period.on(today())
    periods = (this, this.previous())
    months = [(period, counts(session(), isp.id, period, zone())) for period in periods]
    context = {"waiting": len(waiting(session(), isp.id)), "kept": retention_on(session(), today())}
    context |= {"asking": waits_for_consent(session(), isp.id)}
    return page("registers/overview.html", registers=REGISTERS, months=months, **context)


@bp.get("/<slug:slug>")
@allow(Permission.ENTRY_READ)
def index(slug: str) -> Response:
    """One register, newest first."""
    register, isp = register_named(slug), my_isp()
    policy = policy_on(session(), today()).policy
    filters = _filters(register, policy)
    wanted = _wanted(filters)
    found = entries(session(), isp.id, register, wanted, zone=zone(), before=before(), limit=SHOWN)
    sliced = slice_of(found, SHOWN, partial(place_of, register))
    return page(
        "registers/index.html",
        register=register,
        filters=filters,
        filtered=any(each.chosen for each in filters),
        rows=listed(isp, register, sliced.rows, policy),
        slice=sliced,
        form=FindingForm(),
        **(sessions_waiting(isp.id) if register is TRAINING else {"lacking": ()}),
    )


@bp.post("/<slug:slug>/searches")
@allow(Permission.ENTRY_READ)
def search(slug: str) -> Response:
    """The entries that carry a number."""
    register, isp = register_named(slug), my_isp()
    policy = policy_on(session(), today()).policy
    form = FindingForm()
    value = form.checked("registers/found.html", register=register, rows=[], asked=False)
    wanted = Wanted(reference=value.reference)
    found = entries(session(), isp.id, register, wanted, zone=zone(), limit=SHOWN)[:SHOWN]
    rows = listed(isp, register, found, policy)
    return page("registers/found.html", register=register, rows=rows, form=form, asked=True)


def listed(isp: Organisation, register: Register, rows: Any, policy: Policy) -> list[Listed]:
    """Entries as a list shows them, with the state of items."""
    standing = states(session(), isp.id, rows, now()) if register is TAKEDOWNS else {}
    return [
        Listed(
            register.name(row.key),
            url_for("entries.show", slug=register.slug, key=row.key),
            facts_of(register, row, policy, register.shown),
            standing.get(row.key),
            row.void,
            row.key in standing and _in_danger(row, standing[row.key]),
        )
        for row in rows
    ]


def _in_danger(row: Any, stands: ItemState) -> bool:
    return row.priority == Priority.P1_CHILD_IN_DANGER and stands.state in _OPEN


def _filters(register: Register, policy: Policy) -> list[Filter]:
    months = [Period.on(today())]
    while len(months) < MONTHS_OFFERED:
        months.append(months[-1].previous())
    found = [_filter("period", _("Month"), [(str(period), month(period)) for period in months])]
    for name in register.filters:
        column = register.table.__table__.columns[name].type
        if isinstance(column, Enum) and column.enum_class is not None:
            offered = [(code, label(column.enum_class(code))) for code in column.enums]
        else:
            offered = [(x.code, x.name) for x in policy.permitted_lists]
        found.append(_filter(name, title_of(register.input, name), offered))
    if register is TAKEDOWNS:
        found.append(_filter("open", _("State"), [("yes", _("Open items alone"))]))
    return found


def _filter(name: str, title: str, offered: list[tuple[str, str]]) -> Filter:
    asked = request.args.get(name, "")
    known = {value for value, _text in offered}
    if name == "period" and asked and asked not in known and (older := _older(asked)):
        # A figure may lead to a month that the list does not offer any more.
        offered, known = [*offered, older], {asked}
    return Filter(name, title, offered, asked if asked in known else "")


def _older(text: str) -> tuple[str, str] | None:
    try:
        return text, month(Period.parse(text))
    except Refusal:
        return None


def _wanted(filters: list[Filter]) -> Wanted:
    chosen = {each.name: each.chosen for each in filters if each.chosen}
    period = chosen.pop("period", None)
    open_only = chosen.pop("open", "") == "yes"
    return Wanted(Period.parse(period) if period else None, chosen, open_only)

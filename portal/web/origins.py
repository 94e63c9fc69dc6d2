"""What an ISP is told of successions: on its first page, and at each item that came or went.

Nothing of another ISP's is shown but its name, and the number an item had in its register.
"""

from __future__ import annotations

from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts import Organisation
from portal.accounts.successions import Succession, succession_of, successions_with
from portal.period import Period
from portal.registers.codes import Progress
from portal.registers.queries import Entry
from portal.registers.register import REGISTERS
from portal.registers.successions import came_from, went_from
from portal.web.language import local_day, month
from portal.web.nav import organisation_names
from portal.web.session import session

_DAY = timedelta(days=1)


def told(isp_id: int) -> list[tuple[str, str | None]]:
    """What happened to an ISP, in words, and where a successor takes people over; the newest
    first.
    """
    known = successions_with(session(), isp_id)
    if not known:
        return []
    names = organisation_names(
        other for one in known for other in (one.predecessor_id, one.successor_id)
    )
    return [
        (_ended(one, names[one.successor_id]), None)
        if one.predecessor_id == isp_id
        else (_goes_on(one, names[one.predecessor_id]), _people_of(one))
        for one in known
    ]


def origin_of(isp_id: int, found: Entry) -> list[str]:
    """Where an item came from, and where it went, in words."""
    said, now = [], found.now
    if now.carried_isp is not None:
        name = organisation_names([now.carried_isp])[now.carried_isp]
        entry = REGISTERS["takedowns"].name(now.carried_key)
        said.append(
            _(
                "Came from %(isp)s on %(day)s, where it was %(entry)s. Its clock runs from its"
                " first receipt.",
                isp=name, day=local_day(now.carried_at), entry=entry,
            )
        )  # fmt: skip
    gone = [event for event in found.events if event.kind == Progress.TRANSFERRED]
    succession = succession_of(session(), isp_id) if gone else None
    if succession is not None:
        name = organisation_names([succession.successor_id])[succession.successor_id]
        day = local_day(gone[0].occurred_at)
        said.append(_("Went to %(isp)s on %(day)s. It is dealt with there.", isp=name, day=day))
    return said


def _ended(one: Succession, successor: str) -> str:
    last = one.first_day - _DAY
    text = _(
        "From %(day)s on %(isp)s is your successor (decision %(number)s). The return for %(month)s"
        " is your last; it is owed as ever.",
        isp=successor, day=local_day(one.first_day), number=one.reference,
        month=month(Period.on(last)),
    )  # fmt: skip
    items = went_from(session(), one)
    went = ngettext("%(num)d open item went there.", "%(num)d open items went there.", items)
    return f"{text} {went}"


def _goes_on(one: Succession, predecessor: str) -> str:
    text = _(
        "From %(day)s on you are the successor of %(isp)s (decision %(number)s).",
        isp=predecessor, day=local_day(one.first_day), number=one.reference,
    )  # fmt: skip
    came = ngettext(
        "%(num)d open item came to you, with its first receipt.",
        "%(num)d open items came to you, with their first receipts.",
        came_from(session(), one),
    )
    return f"{text} {came}"


def _people_of(one: Succession) -> str:
    slug = session().get_one(Organisation, one.predecessor_id).slug
    return url_for("predecessors.people", slug=slug)

"""The line on every page of an ISP until the month that ended is filed."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from portal.accounts import Actor, Permission, may
from portal.period import Period
from portal.policy.queries import NoPolicyInForce
from portal.returns.standing import Standing, StandingCode, standing
from portal.web.language import local_time, month
from portal.web.nav import FilingNotice
from portal.web.session import now, session, today

_SILENT = (StandingCode.NOT_OWED, StandingCode.OPEN)


def filing_notice(actor: Actor | None) -> FilingNotice | None:
    """What the asker's ISP has not filed for the month that ended; None when nothing is owed."""
    if actor is None or not may(actor.role, Permission.RETURN_READ):
        return None
    period = Period.on(today()).previous()
    try:
        stands = standing(session(), actor.organisation_id, period, now())
    except NoPolicyInForce:
        return None
    return None if stands.code.is_filed or stands.code in _SILENT else _notice(stands)


def _notice(stands: Standing) -> FilingNotice:
    late = now() > stands.due_at
    text = _("NOT FILED: %(month)s.", month=month(stands.period))
    if stands.code == StandingCode.RETURNED:
        text = _("SENT BACK: %(month)s needs a later version.", month=month(stands.period))
    when = (
        _("It was due %(time)s.", time=local_time(stands.due_at))
        if late
        else _("Due %(time)s.", time=local_time(stands.due_at))
    )
    prepared = stands.code == StandingCode.PREPARED
    link = _("Approve and file it") if prepared else _("Look at it before filing")
    return FilingNotice(f"{text} {when}", url_for("returns.show", period=stands.period), link, late)

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
    return None if stands.code.is_filed or stands.code in _SILENT else _notice(actor, stands)


def _notice(actor: Actor, stands: Standing) -> FilingNotice:
    here = url_for("returns.show", period=stands.period)
    if stands.code == StandingCode.RETURNED:
        # Filed in time is filed in time: a correction has no due date of its own.
        text = _("SENT BACK: %(month)s needs a later version.", month=month(stands.period))
        return FilingNotice(text, here, _("Read why, and correct it"))
    late = now() > stands.due_at
    words = _("It was due %(time)s.") if late else _("Due %(time)s.")
    text = _("NOT FILED: %(month)s.", month=month(stands.period))
    if stands.code == StandingCode.VOID:
        text = _("DECLARED VOID: %(month)s is to be filed anew.", month=month(stands.period))
    when = words % {"time": local_time(stands.due_at)}
    return FilingNotice(f"{text} {when}", here, _way(actor, stands), late)


def _way(actor: Actor, stands: Standing) -> str:
    if stands.prepared is None:
        return str(_("Look at it before filing"))
    if may(actor.role, Permission.RETURN_FILE):
        return str(_("Approve and file it"))
    return str(_("Prepared: an approver files it"))

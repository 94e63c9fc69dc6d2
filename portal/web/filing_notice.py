"""The line on every page of an ISP until every month that ended is filed."""

from __future__ import annotations

from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts import Actor, Permission, may
from portal.period import Period
from portal.returns.owing import Owing, owing
from portal.returns.standing import Standing, StandingCode, standing
from portal.web.language import local_time, month
from portal.web.nav import FilingNotice
from portal.web.session import now, session, today


def filing_notice(actor: Actor | None) -> FilingNotice | None:
    """The oldest month that the asker's ISP has not filed, and how many more; None when nothing
    is owed.
    """
    if actor is None or not may(actor.role, Permission.RETURN_READ):
        return None
    found = owing(session(), actor.organisation_id, Period.on(today()).previous())
    if found.first is None:
        return None
    stands = standing(session(), actor.organisation_id, found.first, now())
    said = _sent_back(stands) if stands.correct_by else _not_filed(actor, stands)
    return replace(said, text=" ".join([said.text, *_and_more(found)]))


def _sent_back(stands: Standing) -> FilingNotice:
    # Filed in time is filed in time: a correction has a limit of its own (domain §3).
    late = stands.correct_by is not None and now() > stands.correct_by
    text = _("SENT BACK: %(month)s needs a later version.", month=month(stands.period))
    words = _("It was to be corrected by %(time)s.") if late else _("Correct it by %(time)s.")
    when = words % {"time": local_time(stands.correct_by)}
    return FilingNotice(f"{text} {when}", _page(stands), _("Read why, and correct it"), late)


def _not_filed(actor: Actor, stands: Standing) -> FilingNotice:
    late = now() > stands.due_at and not stands.practice
    text = _("NOT FILED: %(month)s.", month=month(stands.period))
    if stands.code == StandingCode.VOID:
        text = _("DECLARED VOID: %(month)s is to be filed anew.", month=month(stands.period))
    if stands.practice:
        text = _("PRACTICE: %(month)s is not filed.", month=month(stands.period))
    words = _("It was due %(time)s.") if late else _("Due %(time)s.")
    when = words % {"time": local_time(stands.due_at)}
    return FilingNotice(f"{text} {when}", _page(stands), _way(actor, stands), late)


def _and_more(found: Owing) -> list[str]:
    """How many months besides the one named are not filed, or were sent back."""
    unfiled = len(found.unfiled[1:])
    sent_back = len(found.sent_back if found.unfiled else found.sent_back[1:])
    said = (
        ngettext("%(num)d more month is not filed.", "%(num)d more months are not filed.", unfiled),
        ngettext(
            "%(num)d more month needs a correction.",
            "%(num)d more months need a correction.",
            sent_back,
        ),
    )
    return [text for text, count in zip(said, (unfiled, sent_back), strict=True) if count]


def _page(stands: Standing) -> str:
    return url_for("returns.show", period=stands.period)


def _way(actor: Actor, stands: Standing) -> str:
    if stands.prepared is None:
        return str(_("Look at it before filing"))
    if may(actor.role, Permission.RETURN_FILE):
        return str(_("Approve and file it"))
    return str(_("Prepared: an approver files it"))

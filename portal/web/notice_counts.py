"""What a notifier counts by month: reports received, assessed, notices sent (chairs D)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.notices.counting import count_month
from portal.notices.inputs import MonthCountIn
from portal.notices.queries import month_counts
from portal.period import Period
from portal.web.gate import allow, me
from portal.web.notice_forms import count_form
from portal.web.pages import page
from portal.web.session import now, session, today

bp = Blueprint("notice_counts", __name__, url_prefix="/notices/counts")
MONTHS_COUNTED = 3


@bp.get("")
@allow(Permission.NOTICE_READ)
def index() -> Response:
    """What the asker's organisation counted, month by month."""
    found = month_counts(session(), me().organisation_id)
    months = [Period.on(today()).previous()]
    while len(months) < MONTHS_COUNTED:
        months.append(months[-1].previous())
    return page("notices/counts.html", counted=found, months=months)


@bp.get("/<period:period>")
@allow(Permission.NOTICE_SEND)
def ask(period: Period) -> Response:
    """Ask for a month's counts."""
    return page("notices/count.html", form=count_form(_counted(period)), period=period)


@bp.post("/<period:period>")
@allow(Permission.NOTICE_SEND)
def add(period: Period) -> Response:
    """Record a month's counts, or correct them."""
    typed: Any = count_form(_counted(period)).checked("notices/count.html", period=period)
    value = MonthCountIn.model_construct(
        **{name: getattr(typed, name) for name in MonthCountIn.model_fields}
    )
    count_month(session(), period, value, expects=typed.expects, by=me(), at=now())
    session().commit()
    flash(_("The month is counted."))
    return redirect(url_for(".index"), 303)


def _counted(period: Period) -> Any:
    found = month_counts(session(), me().organisation_id)
    return next((count for count in found if count.period == str(period)), None)

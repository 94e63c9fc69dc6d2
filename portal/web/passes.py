"""An auditor's pass: what an engagement covers today is there, and nothing else is.

Whoever holds no other right to an ISP is asked here; the trail keeps every asking beyond.
"""

from __future__ import annotations

from flask import g

from portal.accounts import Organisation, Permission, may
from portal.accounts.queries import isp_named
from portal.period import Period
from portal.reviews.engagements.covering import covering
from portal.web.gate import me
from portal.web.session import now, session


def engaged(slug: str, period: Period | None = None) -> Organisation:
    """An ISP by its short name, if the asker may look at it (and at this month) today; else 404."""
    isp = isp_named(session(), slug)
    _under(isp.id, period)
    return isp


def must_be_open_to_me(isp_id: int, period: Period | None = None) -> None:
    """Raises OutsideEngagement unless the ISP is the asker's own, the asker reads every ISP, or an
    engagement covers it today.
    """
    if isp_id != me().organisation_id and not may(me().role, Permission.ISP_READ):
        _under(isp_id, period)


def _under(isp_id: int, period: Period | None) -> None:
    g.engagement = covering(session(), me(), isp_id, period, now()).no

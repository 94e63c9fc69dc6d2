"""Reads that stand in the trail: who opened or took out what of an ISP.

Recorded before anything is shown: what cannot be written down is not shown either.
"""

from __future__ import annotations

from flask import g

from portal.db import begin_write
from portal.trail.reads import record_read, was_just_read
from portal.web.gate import me
from portal.web.session import now, session

ENGAGEMENT = "engagement"
"""By which engagement an auditor reads, as the gate to it found (``portal.web.passes``)."""


def opens(isp_id: int, kind: str, subject: str) -> None:
    """Record that somebody from outside opens something of an ISP; its own people look freely."""
    if me().organisation_id != isp_id:
        takes(isp_id, kind, subject)


def takes(isp_id: int, kind: str, subject: str) -> None:
    """Record that somebody, also of the ISP itself, takes a file out; once in a quarter hour.

    It is a transaction of its own, which holds the ledger of the ISP's reads and nothing else.
    """
    by, at = me(), now()
    if was_just_read(session(), isp_id, kind, subject, by=by, at=at):
        return
    session().commit()
    begin_write(session())
    under = {ENGAGEMENT: g.engagement} if ENGAGEMENT in g else {}
    record_read(session(), isp_id, kind, subject, by=by, at=at, **under)
    session().commit()

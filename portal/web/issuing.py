"""Issuing by page: one month or many, each by itself; a worker makes their papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.accounts.queries import isp_named
from portal.certificates import queries
from portal.certificates.actions import issue
from portal.certificates.model import Certificate
from portal.certificates.monthly import sit
from portal.certificates.papers import ask_for_papers, keep, render
from portal.certificates.sitting import Sitting, sittings_of
from portal.certificates.waiting import months_waiting, waiting
from portal.db import begin_write
from portal.errors import NotThere, Refusal
from portal.period import Period
from portal.web.gate import me
from portal.web.keyring import signing_key, verify_at
from portal.web.nav import organisation_names
from portal.web.session import now, session
from portal.web.words import problems_of

AT_ONCE: Final = 3
"""So many numbers are given while the officer waits; more are a sitting, which a worker does."""


def issue_many(keys: Sequence[str], whole: str) -> Response:
    """Issue for what was ticked (each ``isp 2026-10``) or all that wait in a ``whole`` month."""
    if whole:
        keys = [row.key for row in waiting(session(), Period.parse(whole))]
    if len(keys) > AT_ONCE:
        sitting = _sit(keys)
        session().commit()
        return redirect(url_for("sittings.show", no=sitting.no), 303)
    made = _issue_each(keys)
    if made:
        flash(ngettext("%(num)d certificate issued.", "%(num)d certificates issued.", made))
    elif not keys:
        flash(_("Tick the months to issue for."), "warning")
    tell_of_papers(made)
    return redirect(url_for("certificates.index"), 303)


def issue_one(key: str) -> Certificate:
    """Issue for one ``isp 2026-10``; the caller commits."""
    isp_id, period = _read(key)
    return issue(session(), isp_id, period, by=me(), at=now())


def _issue_each(keys: Sequence[str]) -> int:
    """Every number is an act of its own and committed by itself, so that no ledger is held while
    another one is asked for.
    """
    made = 0
    for key in keys:
        try:
            issue_one(key)
            made += 1
        except Refusal as refusal:
            flash(f"{key}: {' '.join(p.text for p in problems_of(refusal))}", "warning")
        session().commit()
        begin_write(session())
    return made


def _sit(keys: Sequence[str]) -> Sitting:
    chosen = [_read(key) for key in keys]
    period = chosen[0][1]
    if any(other != period for _isp, other in chosen):
        # The page offers one month.
        raise NotThere("period")
    return sit(session(), period, [isp_id for isp_id, _month in chosen], by=me(), at=now())


def _read(key: str) -> tuple[int, Period]:
    slug, _gap, month = key.partition(" ")
    return isp_named(session(), slug).id, Period.parse(month)


def make_paper(serial: int) -> None:
    """Render, sign and keep what one number lacks; commits."""
    add_papers(serial)
    session().commit()


def add_papers(serial: int) -> int:
    """Render, sign and keep what one number lacks; returns how many papers that were.

    Nothing is locked while a paper is drawn: what was begun is committed first. What is kept is
    left to the caller to commit.
    """
    session().commit()
    made = render(session(), serial, signing_key(), verify_at=verify_at(), at=now())
    session().commit()
    begin_write(session())
    return len(keep(session(), serial, made))


def ask_for_all() -> int:
    """Let a worker make every paper that is missing; returns for how many numbers."""
    missing = queries.unfinished(session())
    for serial in missing:
        certificate = session().get_one(Certificate, serial)
        ask_for_papers(session(), certificate, by=me(), at=now())
    return len(missing)


def tell_of_papers(count: int) -> None:
    """Say that papers follow."""
    if count:
        flash(
            ngettext(
                "%(num)d paper is being prepared.", "%(num)d papers are being prepared.", count
            ),
            "info",
        )


def to_issue(asked: Mapping[str, str]) -> dict[str, Any]:
    """What waits in the month asked for, else in the newest month in which anything waits."""
    months = months_waiting(session())
    given = asked.get("waiting")
    month = Period.parse(given) if given else next((month for month, _count in months), None)
    rows = waiting(session(), month) if month else []
    return {
        "waiting": rows,
        "waiting_month": month,
        "waiting_months": months,
        "sittings": sittings_of(session(), month, limit=3) if month else [],
        "waiting_names": organisation_names(row.isp.id for row in rows),
        "unmade": len(queries.unfinished(session())),
    }

"""Issuing by page: one month or many, each by itself; then their papers, as far as time allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

from flask import flash
from flask_babel import ngettext

from portal.accounts.queries import isp_named
from portal.certificates import queries
from portal.certificates.actions import issue
from portal.certificates.model import Certificate
from portal.certificates.papers import keep, render
from portal.certificates.waiting import months_waiting, waiting
from portal.db import begin_write
from portal.errors import Refusal
from portal.period import Period
from portal.web.gate import me
from portal.web.keyring import signing_key, verify_at
from portal.web.logs import log
from portal.web.nav import organisation_names
from portal.web.session import now, session

PATIENCE = timedelta(seconds=15)
"""How long a reader may wait for papers; what is missing then is made at the next asking."""


@dataclass(frozen=True)
class Issued:
    """What came of a request to issue: the certificates, and what was refused, by its key."""

    made: list[Certificate]
    refused: list[tuple[str, Refusal]]


def issue_each(keys: Sequence[str]) -> Issued:
    """Issue for each ``isp 2026-10``. Every number is an act of its own and committed by itself, so
    that no ledger is held while another one is asked for.
    """
    answer = Issued([], [])
    for key in keys:
        try:
            answer.made.append(issue_one(key))
        except Refusal as refusal:
            answer.refused.append((key, refusal))
        session().commit()
        begin_write(session())
    return answer


def issue_one(key: str) -> Certificate:
    """Issue for one ``isp 2026-10``; the caller commits."""
    slug, _, month = key.partition(" ")
    isp = isp_named(session(), slug)
    return issue(session(), isp.id, Period.parse(month), by=me(), at=now())


def make_papers(serials: Sequence[int], *, within: timedelta | None = None) -> int:
    """Render, sign and keep the papers that are missing; returns for how many numbers it did.

    Nothing is locked while a paper is drawn. A paper that cannot be made stops the work and is told
    to the log; its number stands, and the public page says that it is being prepared.
    """
    begun, done = monotonic(), 0
    for serial in serials:
        if within is not None and monotonic() - begun > within.total_seconds():
            break
        try:
            make_paper(serial)
        except Exception:  # noqa: BLE001 - whatever it was is in the log
            log().error("papers of a certificate", serial=serial, exc_info=True)
            session().rollback()
            break
        done += 1
    return done


def make_paper(serial: int) -> None:
    """Render, sign and keep what one number lacks; commits."""
    session().commit()
    made = render(session(), serial, signing_key(), verify_at=verify_at(), at=now())
    session().commit()
    begin_write(session())
    keep(session(), serial, made)
    session().commit()


def make_and_tell(serials: Sequence[int]) -> None:
    """Make papers as long as a reader may wait, and say how many are still to be made."""
    left = len(serials) - make_papers(serials, within=PATIENCE)
    if left:
        flash(
            ngettext(
                "%(num)d paper is still to be made.", "%(num)d papers are still to be made.", left
            ),
            "warning",
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
        "waiting_names": organisation_names(row.isp.id for row in rows),
        "unmade": len(queries.unfinished(session())),
    }

"""Issuing by page: one month or many, each by itself; a worker makes their papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash
from flask_babel import ngettext

from portal.accounts.queries import isp_named
from portal.certificates import queries
from portal.certificates.actions import issue
from portal.certificates.model import Certificate
from portal.certificates.papers import ask_for_papers, keep, render
from portal.certificates.waiting import months_waiting, waiting
from portal.db import begin_write
from portal.errors import Refusal
from portal.period import Period
from portal.web.gate import me
from portal.web.keyring import signing_key, verify_at
from portal.web.nav import organisation_names
from portal.web.session import now, session


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
        "waiting_names": organisation_names(row.isp.id for row in rows),
        "unmade": len(queries.unfinished(session())),
    }

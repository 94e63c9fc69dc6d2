"""A sitting by page: how far a month of certificates is, and what came of each ISP."""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from werkzeug.wrappers import Response

from portal.accounts import Permission, Person
from portal.certificates.model import Certificate
from portal.certificates.queries import StatusCode
from portal.certificates.refusals import SameOfficer
from portal.certificates.sitting import Came, Sitting, SittingIsp, came_of, job_of
from portal.errors import NotThere
from portal.jobs import Job
from portal.period import Period
from portal.web.gate import allow, me
from portal.web.job_words import state_of
from portal.web.nav import organisation_names
from portal.web.pages import watched
from portal.web.session import session
from portal.web.words import sentence

bp = Blueprint("sittings", __name__, url_prefix="/certificates/sittings")


class SeatState(enum.StrEnum):
    """What came of one ISP, where it is no certificate with a status of its own."""

    WAITS = "WAITS"
    REFUSED = "REFUSED"
    LEFT_OUT = "LEFT_OUT"
    """The job ended before its turn came."""


@dataclass(frozen=True)
class Row:
    """One ISP of a sitting as the page shows it."""

    name: str
    code: SeatState | StatusCode
    why: str | None
    certificate: Certificate | None


@dataclass(frozen=True)
class Count:
    """How far it is: numbers given and refused of all, papers made of the numbers."""

    of: int
    issued: int
    refused: int
    made: int

    @property
    def answered(self) -> int:
        """Of how many ISPs something came."""
        return self.issued + self.refused


@bp.get("/<int:no>")
@allow(Permission.CERTIFICATE_ISSUE)
def show(no: int) -> Response:
    """One sitting; looks again by itself until every number has its papers."""
    sitting = session().get(Sitting, no)
    if sitting is None:
        raise NotThere("sitting")
    job, came = job_of(session(), sitting), came_of(session(), no)
    count, month = _count(came), Period.parse(sitting.period)
    return watched(
        "sittings/show.html",
        _goes_on(sitting, job, count),
        sitting=sitting,
        month=month,
        by=session().get_one(Person, sitting.opened_by),
        job=job,
        state=state_of(job) if job else None,
        stoppable=job and not job.has_ended and job.organisation_id == me().organisation_id,
        count=count,
        left=count.of - count.answered if job is None or job.has_ended else 0,
        fault=sentence(job.fault) if job and job.fault and count.answered < count.of else None,
        rows=_rows(came, month, over=job is None or job.has_ended),
    )


def why_not(answer: SittingIsp, month: Period) -> str | None:
    """Which rule said no, in the reader's words; None where none did."""
    if answer.refusal is None:
        return None
    # Whoever reads it need not be who asked.
    code = "same-officer-asked" if answer.refusal == SameOfficer.code else answer.refusal
    return sentence(code, **{**json.loads(answer.facts or "{}"), "period": month})


def _rows(came: Sequence[Came], month: Period, *, over: bool) -> list[Row]:
    names = organisation_names(one.isp.id for one in came)
    nothing = SeatState.LEFT_OUT if over else SeatState.WAITS
    return [
        Row(
            names[one.isp.id],
            one.status.code if one.status else SeatState.REFUSED if one.answer.refusal else nothing,
            why_not(one.answer, month),
            one.certificate,
        )
        for one in came
    ]


def _count(came: Sequence[Came]) -> Count:
    statuses = [one.status for one in came if one.status]
    return Count(
        of=len(came),
        issued=len(statuses),
        refused=sum(one.answer.refusal is not None for one in came),
        made=sum(status.code != StatusCode.BEING_PREPARED for status in statuses),
    )


def _goes_on(sitting: Sitting, job: Job | None, count: Count) -> datetime | None:
    runs = job is not None and not job.has_ended
    return sitting.opened_at if runs or count.made < count.issued else None

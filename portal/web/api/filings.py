"""What was filed: the list of it, and each frozen statement to the byte."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import Any

from flask import url_for
from pydantic import Field
from sqlalchemy import and_, or_, select
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.entry import plain
from portal.errors import NotThere
from portal.period import Period
from portal.returns import queries
from portal.returns.model import AmendmentReason, Filing, Recall, ReturnKind
from portal.web.api.answers import MEDIA, must_accept, sent, told
from portal.web.api.door import bp
from portal.web.api.shapes import Out
from portal.web.api.slices import Sliced, asked_as, next_address
from portal.web.api.tree import described
from portal.web.gate import allow, my_isp
from portal.web.session import session


class FilingOut(Out):
    """One frozen version of a month's return; ``digest`` is the SHA-256 of its statement."""

    period: str
    version: int
    receipt: str
    kind: ReturnKind
    reason: AmendmentReason | None
    filed_at: datetime
    due_at: datetime
    digest: str
    recalled: bool
    statement: str


class FilingsOut(Out):
    """A stretch of the filings, the newest month first."""

    filings: list[FilingOut]
    next: str | None


class FilingsAsked(Sliced):
    """Which filings."""

    before: str | None = Field(
        None, pattern=r"^[0-9]{4}-[0-9]{2}\.[0-9]{1,5}$", description="From here on; see `next`."
    )


@bp.get("/filings")
@allow(Permission.RETURN_READ)
@described("Filings", query=FilingsAsked, out=FilingsOut)
def filings() -> Response:
    """What you filed, the newest month and version first."""
    asked = asked_as(FilingsAsked)
    its_own = (Recall.isp_id == Filing.isp_id) & (Recall.period == Filing.period)
    query = (
        select(Filing, Recall.recalled_at)
        .outerjoin(Recall, its_own & (Recall.version == Filing.version))
        .where(Filing.isp_id == my_isp().id)
    )
    if asked.before is not None:
        period, _, version = asked.before.partition(".")
        same = and_(Filing.period == period, Filing.version < int(version))
        query = query.where(or_(Filing.period < period, same))
    in_order = query.order_by(Filing.period.desc(), Filing.version.desc())
    rows = session().execute(in_order.limit(asked.limit + 1)).all()
    shown = rows[: asked.limit]
    last = shown[-1][0] if len(rows) > asked.limit else None
    more = None if last is None else f"{last.period}.{last.version}"
    found = [_filing(filing, is_recalled=recalled is not None) for filing, recalled in shown]
    return told({"filings": found, "next": next_address(more)})


@bp.get("/filings/<period:period>/<int:version>/statement")
@allow(Permission.RETURN_READ)
@described("Filings")
def statement(period: Period, version: int) -> Response:
    """The frozen statement to the byte; its ETag is its digest."""
    must_accept(MEDIA)
    found = queries.filing(session(), my_isp().id, period, version)
    if found is None:
        raise NotThere("version")
    response = sent(found.statement, MEDIA, found.statement_digest.hex())
    digest = b64encode(found.statement_digest).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return response


def _filing(filing: Filing, *, is_recalled: bool) -> dict[str, Any]:
    period = Period.parse(filing.period)
    return {
        "period": filing.period,
        "version": filing.version,
        "receipt": filing.receipt,
        "kind": plain(filing.kind),
        "reason": plain(filing.reason),
        "filed_at": plain(filing.filed_at),
        "due_at": plain(filing.due_at),
        "digest": filing.statement_digest.hex(),
        "recalled": is_recalled,
        "statement": url_for("api.statement", period=period, version=filing.version),
    }

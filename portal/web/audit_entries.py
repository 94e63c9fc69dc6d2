"""The entries behind a frozen month, read only: as they stood when it was frozen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.period import Period
from portal.policy.queries import policy_on
from portal.registers.register import register_named
from portal.returns.frozen import frozen_entries, frozen_entry, frozen_work
from portal.returns.model import Filing
from portal.returns.queries import read
from portal.web.audited import Reader
from portal.web.audits import opened
from portal.web.gate import allow
from portal.web.pages import page, whole
from portal.web.reading import opens
from portal.web.session import session, today

bp = Blueprint("audit_entries", __name__, url_prefix="/audits")
SHOWN = 50
_REGISTER = "/<slug:slug>/<period:period>/<int:version>/entries/<slug:register>"


@bp.get(_REGISTER)
@allow(Permission.AUDIT_READ)
def index(slug: str, period: Period, version: int, register: str) -> Response:
    """One register behind a frozen month, by number; ``?after=`` goes on from an entry."""
    kept = register_named(register)
    isp, filing = opened(slug, period, version, "read.filing")
    opens(isp.id, "read.entries", f"{filing.receipt} {register}")
    after = request.args.get("after", 0, type=whole)
    frame = frozen_work(session(), filing).frame
    rows = frozen_entries(session(), frame, register, after=after, limit=SHOWN + 1)
    reader = reader_of(filing)
    here: dict[str, Any] = {"slug": slug, "period": period, "version": version}
    more = rows[SHOWN - 1].key if len(rows) > SHOWN else None
    return page(
        "audit_entries/index.html",
        isp=isp,
        filing=filing,
        period=period,
        register=kept,
        here=here,
        rows=[(row, reader.facts(kept, row, kept.shown)) for row in rows[:SHOWN]],
        older=url_for(".index", **here, register=register, after=more) if more else None,
        newest=url_for(".index", **here, register=register) if after else None,
    )


@bp.get(f"{_REGISTER}/<int:key>")
@allow(Permission.AUDIT_READ)
def show(slug: str, period: Period, version: int, register: str, key: int) -> Response:
    """One entry as it stood, with what had happened to an item."""
    kept = register_named(register)
    isp, filing = opened(slug, period, version, "read.filing")
    context = entry_shown(filing, register, key)
    opens(isp.id, "read.entry", f"{filing.receipt} {kept.name(key)}")
    return page("audit_entries/show.html", isp=isp, filing=filing, period=period, **context)


def entry_shown(filing: Filing, register: str, key: int) -> dict[str, Any]:
    """An entry of a frozen month for a template; raises NotThere."""
    kept, frame = register_named(register), frozen_work(session(), filing).frame
    row, events = frozen_entry(session(), frame, register, key)
    reader = reader_of(filing)
    return {
        "register": kept,
        "row": row,
        "entry": kept.name(key),
        "said": reader.read(kept, row),
        "steps": reader.steps(events),
    }


def reader_of(filing: Filing) -> Reader:
    """Who reads the entries behind a filing, under the policy of today."""
    return Reader(policy_on(session(), today()).policy, read(filing.statement)["staff"])

"""What a month says of each block or hash list: currency, coverage and tests, in SQL (§4.8-4.9)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from portal.db import greatest, least, to_micros
from portal.entries.entry import plain
from portal.registers.codes import TestResult
from portal.returns import blanks
from portal.returns.basis import Frame, blocklists
from portal.returns.blanks import ENDS_AT, STARTS_AT, STARTS_US, ask, built_once
from portal.returns.clockwork import AT_CUT_OFF
from portal.returns.indicators import share
from portal.returns.list_clocks import issues
from portal.returns.owed_lists import list_standings


def lists(session: Session, frame: Frame, limit_s: int) -> list[dict[str, Any]]:
    """One row a list with an issue in the basis, by code: issues of the month, currency, coverage,
    entries accepted, tests. ``limit_s`` is the limit for additions (seconds). A list of which
    nothing was logged has noughts; ``unlogged`` and ``enforced_by`` are there where they say
    something.
    """
    until = min(frame.ends_at, frame.cut_off_at)
    values = {"until_us": to_micros(until), "limit_us": limit_s * 1_000_000, **frame.values}
    logged = {row.list_code: row for row in ask(session, _newest(), values)}
    rows = [
        {**_row(issued.list_code, logged.get(issued.list_code)), **_currency(issued)}
        for issued in ask(session, _currencies(), values)
    ]
    found = [{**row, "open": row["issues"] - row["applied"]} for row in rows]
    return sorted(found, key=lambda row: str(row["list"]))  # not by a database's alphabet


# What the newest issue of a list says of it.
_AT_END = (
    "points_in_scope",
    "points_live",
    "subscribers_in_scope",
    "subscribers_covered",
    "entries_total",
)


@built_once
def _newest() -> Select[Any]:
    row = blocklists().subquery()
    rank = (
        func.row_number()
        .over(partition_by=row.c.list_code, order_by=(row.c.published_at.desc(), row.c.key.desc()))
        .label("rank")
    )
    ranked = select(*row.c, rank).subquery()
    newest, inside = ranked.c.rank == 1, ranked.c.published_at >= STARTS_AT
    tested = and_(ranked.c.tested_at >= STARTS_AT, ranked.c.tested_at < ENDS_AT)

    def at_end(column: Any) -> Any:
        return func.max(case((newest, column))).label(column.name)

    def total(condition: Any, value: Any = 1) -> Any:
        return func.coalesce(func.sum(case((condition, value), else_=0)), 0)

    exceptions = (
        ranked.c.malformed + ranked.c.overblock_risk + ranked.c.shared_hosting + ranked.c.technical
    )
    return select(
        ranked.c.list_code,
        *[at_end(ranked.c[name]) for name in _AT_END],
        func.max(case((newest, exceptions))).label("exceptions"),
        total(and_(tested, ranked.c.test_result == TestResult.PASS)).label("tests_passed"),
        total(and_(tested, ranked.c.test_result != TestResult.NOT_RUN)).label("tests_run"),
        total(inside, func.coalesce(ranked.c.hits_blocked, 0)).label("hits_blocked"),
        func.max(case((newest, ranked.c.enforced_by))).label("enforced_by"),
    ).group_by(ranked.c.list_code)


_COUNTED = (*_AT_END, "exceptions", "tests_passed", "tests_run", "hits_blocked")


def _row(list_code: str, row: Any) -> dict[str, Any]:
    values = {name: int(getattr(row, name)) if row else 0 for name in _COUNTED}
    enforced = {"enforced_by": int(row.enforced_by)} if row and row.enforced_by else {}
    return {
        "list": list_code,
        **values,
        **enforced,
        "coverage_tenths": share(values["subscribers_covered"], values["subscribers_in_scope"]),
        "points_tenths": share(values["points_live"], values["points_in_scope"]),
        "accepted_tenths": share(
            values["entries_total"] - values["exceptions"], values["entries_total"]
        ),
    }


@built_once
def _currencies() -> Select[Any]:
    """Currency: in the month, the time during which the newest issue older than the limit was live.

    An issue is owed from its publication plus the limit until the next one's; it was live from the
    moment that it, or a later one, was fully applied. An issue that was skipped is applied with
    the one that replaced it.
    """
    rows, ends, limit = issues(AT_CUT_OFF), blanks.count("until_us"), blanks.count("limit_us")
    owed_from = greatest(rows.c.published + limit, STARTS_US)
    owed_until = least(rows.c.next_published + limit, ends)
    live_from = greatest(owed_from, func.coalesce(rows.c.satisfied, ends))
    owed = owed_until - owed_from
    missing = least(live_from, owed_until) - owed_from
    inside = rows.c.published >= STARTS_US

    def total(condition: Any, value: Any) -> Any:
        return func.sum(case((condition, value), else_=0))

    return select(
        rows.c.list_code,
        total(owed > 0, owed).label("owed"),
        total(and_(owed > 0, missing > 0), missing).label("missing"),
        total(inside, 1).label("issues"),
        total(and_(inside, rows.c.satisfied.is_not(None)), 1).label("applied"),
        total(and_(inside, rows.c.key < 0), 1).label("unlogged"),
    ).group_by(rows.c.list_code)


def _currency(row: Any) -> dict[str, Any]:
    unlogged = {"unlogged": int(row.unlogged)} if row.unlogged else {}
    return {
        "issues": int(row.issues),
        "applied": int(row.applied),
        **unlogged,
        "owed_s": int(row.owed) // 1_000_000,
        "current_s": int(row.owed - row.missing) // 1_000_000,
        "currency_tenths": share(int(row.owed - row.missing), int(row.owed)),
    }


def standing(session: Session, frame: Frame) -> list[dict[str, Any]]:
    """How the ISP applied each list of which it said anything, on the month's last day, by code."""
    held: dict[str, Any] = {}
    for row in ask(session, _standings(), frame.values):
        held[row.list_code] = row
    return [
        {
            "list": code,
            "mode": str(held[code].mode),
            "since": plain(held[code].from_on),
            "enforced_by": held[code].upstream_id,
        }
        for code in sorted(held)
    ]


@built_once
def _standings() -> Select[Any]:
    rows = list_standings().subquery()
    return select(rows).order_by(rows.c.from_on)

"""Where notices stand at each ISP, folded over entries and events in SQL, all ISPs in one query.

What an ISP answers is its entries and their events and nothing else, so whoever logs item by item
or by file stands here just the same (chairs A3).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.db import micros
from portal.notices.codes import ActKind
from portal.notices.model import Notice, NoticeAct, NoticeIsp
from portal.policy.codes import ActionType
from portal.registers.codes import PauseReason, Progress
from portal.registers.sides.matches import is_its_item
from portal.registers.sides.model import SettledBefore
from portal.registers.takedowns import Takedown, TakedownEvent


class RoundState(enum.StrEnum):
    """Where an item, or all of an ISP's items together, stands; the most pressing one first."""

    SILENT = "SILENT"
    TO_LIFT = "TO_LIFT"
    RECEIVED = "RECEIVED"
    CANNOT = "CANNOT"
    APPLIED = "APPLIED"
    LIFTED = "LIFTED"
    WITHDRAWN = "WITHDRAWN"


class Because(enum.StrEnum):
    """Why an ISP says that it cannot: a technical or legal ground; nobody looks at material
    (chairs B9). Each is a code that the course of an item knows: an action, or a pause.
    """

    ALREADY_UNAVAILABLE = "ALREADY_UNAVAILABLE"
    NOT_OUR_SERVICE = "NOT_OUR_SERVICE"
    NOT_BLOCKED_OVERBLOCK = "NOT_BLOCKED_OVERBLOCK"
    REFUSED_NOT_ILLEGAL = "REFUSED_NOT_ILLEGAL"
    CLARIFICATION = "CLARIFICATION"
    FORCE_MAJEURE = "FORCE_MAJEURE"


_PAUSES: Final = (Because.CLARIFICATION, Because.FORCE_MAJEURE)
NOT_DONE: Final[Mapping[Because, ActionType]] = {
    b: ActionType(b.value) for b in Because if b not in _PAUSES
}
# A pause of any other reason is nobody's business but the authority's (chairs C1).
WAITING: Final[Mapping[Because, PauseReason]] = {b: PauseReason(b.value) for b in _PAUSES}
# What holds people off until somebody lets them in again.
LIFTABLE: Final = (ActionType.BLOCKED, ActionType.ACCESS_DISABLED, ActionType.ACCOUNT_SUSPENDED)
_ANSWERS: Final = (
    Progress.ACKNOWLEDGED,
    Progress.ACTIONED,
    Progress.FORWARDED,
    Progress.PAUSED,
    Progress.RESUMED,
    Progress.REINSTATED,
)
_OPENING: Final = (Progress.REOPENED, Progress.REFUSAL_REJECTED)
_S = RoundState
_E = TakedownEvent
# An instant and, at one and the same instant, the place of the event: one number to compare.
MOMENTS_A_MICRO: Final = 1000
_PLACE = func.coalesce(_E.corrects, _E.no) % MOMENTS_A_MICRO
_MOMENT: Any = micros(_E.occurred_at) * MOMENTS_A_MICRO + _PLACE


def at_each_isp(now: Any, *narrowed: ColumnElement[bool]) -> Select[Any]:
    """One row a notice and ISP; ``narrowed`` speaks of Notice and NoticeIsp as they stand now.

    ``now`` is an instant or the blank for one. Counts are items, ``moment`` columns microseconds
    times MOMENTS_A_MICRO.
    """
    item = _items(narrowed)
    isp, back = _by_isp(_stated(_moved(item, now))), _back_before_logged(item, narrowed)
    first = aliased(NoticeIsp)
    addressed = (
        select(func.min(micros(first.recorded_at)))
        .where(first.isp_id == NoticeIsp.isp_id, first.notice == NoticeIsp.notice)
        .scalar_subquery()
    )
    columns = [column for column in isp.c if column.name not in {"isp_id", "notice"}]
    return (
        select(
            NoticeIsp.isp_id,
            Notice.key,
            addressed.label("addressed"),
            _settled(item).label("settled"),
            func.coalesce(back.c.taken, 0).label("back"),
            back.c.taken_at,
            *columns,
        )
        .join(Notice, _version())
        .outerjoin(isp, and_(isp.c.isp_id == NoticeIsp.isp_id, isp.c.notice == Notice.key))
        .outerjoin(back, and_(back.c.isp_id == NoticeIsp.isp_id, back.c.notice == Notice.key))
        .where(NoticeIsp.closed_seq.is_(None), *narrowed)
        .order_by(Notice.key, NoticeIsp.isp_id)
    )


def _settled(item: CTE) -> Any:
    """How many items a predecessor settled, and the ISP did not log itself: nobody asks them."""
    mine = (SettledBefore.isp_id == NoticeIsp.isp_id, SettledBefore.notice == NoticeIsp.notice)
    logged = exists().where(
        item.c.isp_id == SettledBefore.isp_id,
        item.c.notice == SettledBefore.notice,
        item.c.item_no == SettledBefore.item_no,
    )
    return select(func.count()).where(*mine, ~logged).correlate(NoticeIsp).scalar_subquery()


def _version() -> ColumnElement[bool]:
    return and_(Notice.key == NoticeIsp.notice, Notice.version == NoticeIsp.version)


def _items(narrowed: Any) -> CTE:
    """Each item that an ISP has logged, and the key of its entry."""
    return (
        select(
            NoticeIsp.isp_id,
            Notice.key.label("notice"),
            Takedown.item_no,
            func.min(Takedown.key).label("key"),
        )
        .join(Notice, _version())
        .join(Takedown, is_its_item(None))
        .where(NoticeIsp.closed_seq.is_(None), *narrowed)
        .group_by(NoticeIsp.isp_id, Notice.key, Takedown.item_no)
        .cte("item")
    )


def _moved(item: CTE, now: Any) -> CTE:
    """Of each logged item, the last moment of everything that decides where it stands."""
    entry = and_(
        Takedown.isp_id == item.c.isp_id, Takedown.key == item.c.key, Takedown.closed_seq.is_(None)
    )
    event = and_(
        _E.isp_id == item.c.isp_id,
        _E.key == item.c.key,
        _E.closed_seq.is_(None),
        _E.retracted.is_(False),
    )
    own = case((_E.kind.in_(_ANSWERS), _E.admitted_seq))
    return (
        select(
            item.c.isp_id,
            item.c.notice,
            item.c.key,
            func.min(micros(Takedown.received_at)).label("received"),
            func.max(Takedown.admitted_seq).label("logged_seq"),
            func.max(own).label("answered_seq"),
            *_deciding(now),
        )
        .join(Takedown, entry)
        .outerjoin(_E, event)
        .group_by(item.c.isp_id, item.c.notice, item.c.key)
        .cte("moved")
    )


def _deciding(now: Any) -> list[ColumnElement[Any]]:
    """The last moment of each kind of event that decides, and of each ground."""
    acted, paused = _E.kind == Progress.ACTIONED, _E.kind == Progress.PAUSED
    lasts = or_(_E.until_at.is_(None), _E.until_at > now)
    return [
        _last(acted, "acted"),
        _last(and_(acted, _E.action.in_(LIFTABLE)), "blocked"),
        _last(_E.kind.in_(_OPENING), "opened"),
        _last(_E.kind == Progress.WITHDRAWN, "withdrawn"),
        _last(_E.kind == Progress.REINSTATED, "lifted"),
        _last(_E.kind == Progress.RESUMED, "resumed"),
        *(_last(and_(acted, _E.action == a), b.value) for b, a in NOT_DONE.items()),
        *(_last(and_(paused, lasts, _E.pause_reason == r), b.value) for b, r in WAITING.items()),
    ]


def _last(condition: ColumnElement[bool], name: str) -> ColumnElement[Any]:
    return func.coalesce(func.max(case((condition, _MOMENT))), 0).label(name)


def _stated(moved: CTE) -> CTE:
    """Each logged item with its state, and the ground where that is CANNOT."""
    m = moved.c
    back, acted, held = m.withdrawn > m.opened, m.acted > m.opened, m.blocked > 0
    waits = {b: and_(m[b.value] > m.resumed, m[b.value] > m.opened) for b in WAITING}
    refuses = {b: m[b.value] == m.acted for b in NOT_DONE}
    state = case(
        (and_(back, held, m.lifted > m.blocked), _S.LIFTED.value),
        (and_(back, held), _S.TO_LIFT.value),
        (back, _S.WITHDRAWN.value),
        (and_(acted, m.lifted > m.acted), _S.LIFTED.value),
        (and_(acted, or_(*refuses.values())), _S.CANNOT.value),
        (acted, _S.APPLIED.value),
        (or_(*waits.values()), _S.CANNOT.value),
        else_=_S.RECEIVED.value,
    )
    whens = [(and_(acted, said), b.value) for b, said in refuses.items()]
    whens += [(said, b.value) for b, said in waits.items()]
    return select(*m, state.label("state"), case(*whens).label("ground")).cte("stated")


def count_of(state: RoundState) -> str:
    """The column that counts the items in a state."""
    return f"n_{state.lower()}"


def _by_isp(stated: CTE) -> CTE:
    s = stated.c

    def among(state: RoundState, what: Any) -> Any:
        return case((s.state == state.value, what))

    waited = [s[b.value] for b in WAITING]
    return (
        select(
            s.isp_id,
            s.notice,
            func.count().label("logged"),
            *(
                func.count(among(state, 1)).label(count_of(state))
                for state in _S
                if state != _S.SILENT
            ),
            func.count(case((s.acted > 0, 1))).label("acted_on"),
            func.count(case((s.withdrawn > s.opened, 1))).label("taken_back"),
            func.min(s.received).label("received"),
            func.max(s.received).label("last_received"),
            func.max(s.acted).label("acted"),
            func.max(waited[0]).label("asked"),
            func.max(waited[1]).label("hindered"),
            func.min(among(_S.TO_LIFT, s.withdrawn)).label("to_lift_since"),
            func.max(s.withdrawn).label("withdrawn"),
            func.max(s.lifted).label("lifted"),
            func.min(among(_S.CANNOT, s.ground)).label("ground"),
            func.max(s.logged_seq).label("logged_seq"),
            func.max(s.answered_seq).label("answered_seq"),
        )
        .group_by(s.isp_id, s.notice)
        .cte("by_isp")
    )


def _back_before_logged(item: CTE, narrowed: Any) -> CTE:
    """How many items their sender took back before the ISP had logged them."""
    said = _said(narrowed).subquery()
    logged = and_(*(item.c[name] == said.c[name] for name in ("isp_id", "notice", "item_no")))
    return (
        select(
            said.c.isp_id,
            said.c.notice,
            func.count().label("taken"),
            func.max(said.c.said_at).label("taken_at"),
        )
        .outerjoin(item, logged)
        .where(said.c.rank == 1, said.c.kind == ActKind.WITHDRAWN, item.c.key.is_(None))
        .group_by(said.c.isp_id, said.c.notice)
        .cte("back")
    )


def _said(narrowed: Any) -> Select[Any]:
    """What senders said of whether items are still asked for, the last word ranked first."""
    order = func.row_number().over(
        partition_by=(NoticeAct.isp_id, NoticeAct.notice, NoticeAct.item_no),
        order_by=NoticeAct.no.desc(),
    )
    addressed = and_(NoticeIsp.isp_id == NoticeAct.isp_id, NoticeIsp.notice == NoticeAct.notice)
    return (
        select(
            NoticeAct.isp_id,
            NoticeAct.notice,
            NoticeAct.item_no,
            NoticeAct.kind,
            micros(NoticeAct.recorded_at).label("said_at"),
            order.label("rank"),
        )
        .join(NoticeIsp, addressed)
        .join(Notice, _version())
        .where(
            NoticeIsp.closed_seq.is_(None),
            NoticeAct.kind.in_((ActKind.WITHDRAWN, ActKind.STILL_UP)),
            *narrowed,
        )
    )

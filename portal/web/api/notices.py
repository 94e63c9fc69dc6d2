"""What an ISP was sent: read a notice, take its items in, answer an order."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.entries.entry import plain
from portal.notices.inputs import NoticeIn
from portal.notices.model import Notice, NoticeIsp
from portal.notices.queries import brought_at, name_of, received_notice, sent
from portal.registers.register import REGISTERS
from portal.registers.sides.answering import answer
from portal.registers.sides.inputs import ANSWER_INPUTS, Answer
from portal.registers.sides.matches import missing
from portal.registers.sides.rounds import order_told
from portal.registers.sides.taking_in import take_in
from portal.web.answers import OFFERED
from portal.web.api.answers import done, once, told
from portal.web.api.checking import checked
from portal.web.api.door import bp
from portal.web.api.notice_shapes import AnsweredOut, NoticesOut, NoticeWholeOut, TakenOut
from portal.web.api.problems import Fault, NotTaken, pointing
from portal.web.api.reading import read_object
from portal.web.api.shapes import facts_of
from portal.web.api.slices import KeysAsked, asked_as, next_address
from portal.web.api.tree import described
from portal.web.gate import allow, me, my_isp
from portal.web.received import Taking
from portal.web.session import now, session
from portal.web.words import sentence

TAKEDOWNS: Final = REGISTERS["takedowns"]


@bp.get("/notices")
@allow(Permission.RECEIVED_READ)
@described("Notices", query=KeysAsked, out=NoticesOut)
def notices() -> Response:
    """The notices and orders that were sent to you, the newest first."""
    asked, isp = asked_as(KeysAsked), my_isp()
    query = sent(isp.id, None).order_by(Notice.key.desc()).limit(asked.limit + 1)
    if asked.before is not None:
        query = query.where(NoticeIsp.notice < asked.before)
    rows = session().execute(query).all()
    shown = [notice for notice, _ in rows[: asked.limit]]
    came = {notice.key: addressed.recorded_at for notice, addressed in rows}
    names = _senders(shown)
    more = shown[-1].key if len(rows) > asked.limit else None
    found = [_notice(one, came[one.key], names) for one in shown]
    return told({"notices": found, "next": next_address(more)})


@bp.get("/notices/<int:key>")
@allow(Permission.RECEIVED_READ)
@described("Notices", out=NoticeWholeOut)
def notice(key: int) -> Response:
    """One notice, what of it you have not logged, and where an order stands."""
    isp = my_isp()
    found, _ = received_notice(session(), isp.id, key)
    lack = list(missing(session(), isp.id, Notice.key == key))
    stretches = [{"first": first, "last": last} for one in lack for first, last in one.stretches]
    body = _notice(found, brought_at(session(), isp.id, key), _senders([found]))
    return told(body | {"lacking": stretches, "order": _order(isp.id, key)})


@bp.post("/notices/<int:key>/entries")
@allow(Permission.TAKEDOWN_WRITE)
@described("Notices", json=Taking, out=TakenOut, status=201)
def take_notice(key: int) -> Response:
    """Record every item of a notice that is not logged yet."""
    return once(lambda: _take(key))


@bp.post("/notices/<int:key>/answers")
@allow(Permission.TAKEDOWN_WRITE)
@described("Notices", out=AnsweredOut, status=201)
def answer_notice(key: int) -> Response:
    """Answer an order: received, applied, cannot because, lifted; entries are made from it."""
    return once(lambda: _answer(key))


def _take(key: int) -> Response:
    isp = my_isp()
    received_notice(session(), isp.id, key)
    pointing(Taking)
    value = checked(Taking, read_object())
    made = take_in(
        session(), isp.id, key,
        received_at=value.received_at, handled_by=value.handled_by, by=me(), at=now(),
    )  # fmt: skip
    rows = [{"key": k, "name": TAKEDOWNS.name(k), "same": k in made.same} for k in made.keys]
    return done({"entries": rows}, 201, {"Location": url_for("api.notice", key=key)})


def _answer(key: int) -> Response:
    isp = my_isp()
    received_notice(session(), isp.id, key)
    body = read_object()
    named = body.get("answer")
    if not isinstance(named, str) or named not in ANSWER_INPUTS:
        raise NotTaken("invalid", [Fault("enum", sentence("enum", label="answer"), "/answer")])
    model = ANSWER_INPUTS[Answer(named)]
    pointing(model)
    value = checked(model, {name: told for name, told in body.items() if name != "answer"})
    items = answer(session(), isp.id, key, value, by=me(), at=now())
    return done({"items": items}, 201, {"Location": url_for("api.notice", key=key)})


def _notice(found: Notice, came: datetime, names: dict[int, str]) -> dict[str, Any]:
    said, withheld = facts_of(NoticeIn, found)
    told_of = {"key": found.key, "name": name_of(found.key), "sender": names[found.notifier_id]}
    return told_of | {"brought_at": plain(came), "withheld": withheld, "notice": said}


def _order(isp_id: int, key: int) -> dict[str, Any] | None:
    stands = order_told(session(), isp_id, key, now())
    if stands is None:
        return None
    offered = [one.value for one in OFFERED.get(stands.state, ())]
    return {"state": stands.state.value, "due_at": plain(stands.due_at), "answers": offered}


def _senders(shown: list[Notice]) -> dict[int, str]:
    ids = {one.notifier_id for one in shown}
    query = select(Organisation.id, Organisation.slug).where(Organisation.id.in_(ids))
    return {row.id: row.slug for row in session().execute(query)}

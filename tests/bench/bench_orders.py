"""The page of an order round with a thousand ISPs, against the barest page of it.

The reference sends the one statement in which every ISP's entries and events are folded to the
driver as it was, reads all its rows, and writes as many of them into plain cells as the page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import render_template_string
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.accounts import Actor, Permission, Role
from portal.db import open_engine, sessions
from portal.notices.actions import send
from portal.notices.inputs import NoticeIn
from portal.notices.queries import own_notice
from portal.registers.sides import rounds
from portal.registers.sides.answering import answer
from portal.registers.sides.inputs import ANSWER_INPUTS, Answer
from portal.web.gate import allow
from portal.web.orders import SHOWN
from portal.web.session import session
from tests import build
from tests.bench.bench_register import signed_in
from tests.bench.harness import QUICK, Bench, Scale
from tests.bench.listening import listening
from tests.bench.multitude import in_town
from tests.engines import PostgreSQL, postgresql_server, the_app
from tests.notices.street import NOTICE
from tests.town import Town, settle

BAR = 2.0
# Several pages a turn: one takes some hundredths of a second.
PAGES = 10
ITEMS = 3
BARE = "/orders/bare"
BARE_PAGE = """{% extends "base.html" %}{% block title %}Order{% endblock %}
{% block content %}<h1>Order</h1><table>{% for row in rows %}<tr><td>{{ row.isp_id }}</td>
<td>{{ row.n_received }}</td><td>{{ row.n_applied }}</td><td>{{ row.n_cannot }}</td>
<td>{{ row.received }}</td><td>{{ row.acted }}</td></tr>{% endfor %}</table>{% endblock %}"""
SAID = (Answer.RECEIVED, Answer.APPLIED, Answer.CANNOT)
ORDER = {
    **NOTICE, "source_type": "POLICE", "source_ref": "ACD-1", "instrument": "ORDER",
    "assessed_by": "POLICE", "items": ITEMS, "issued_at": "2026-11-05 09:30",
}  # fmt: skip


@dataclass(frozen=True)
class Country:
    """An order of three items to so many ISPs; of four, one each is silent, has received it, has
    applied it, and cannot.
    """

    isps: int

    @contextmanager
    def open(self) -> Iterator[str]:
        """Start and fill it; gives its address."""
        with postgresql_server() as url, TemporaryDirectory() as instance, in_town() as clock:
            engine = PostgreSQL(url).engine
            app = the_app(url, Path(instance))
            order(settle(app, engine, clock), self.isps)
            app.extensions["engine"].dispose()
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # What autovacuum would have done by the time anybody asks.
                connection.execute(text("VACUUM ANALYZE"))
            engine.dispose()
            yield url


def order(town: Town, count: int) -> None:
    """Found the ISPs, send them the order, and let three of four answer."""
    at = town.now
    with town.session() as filling:
        isps = [build.an_isp(filling, f"isp-{number}").id for number in range(count)]
        value = build.made(filling, NoticeIn, ORDER, at)
        notice = send(filling, value, isps, by=town.actors["vann"], at=at).key
        officer = town.actors["chea"]
        for number, isp_id in enumerate(isps):
            if number % 4 == 3:
                continue
            said = SAID[number % 4]
            typed = {} if said == Answer.RECEIVED else {"occurred_at": at}
            typed |= {"because": "CLARIFICATION"} if said == Answer.CANNOT else {}
            by = Actor(officer.person_id, officer.name, Role.PREPARER, isp_id)
            value = build.made(filling, ANSWER_INPUTS[said], typed, at)
            answer(filling, isp_id, notice, value, by=by, at=at)


@contextmanager
def desk(url: str) -> Iterator[FlaskClient]:
    """The sender's browser before the portal, with a bare page of its own beside the real ones."""
    with TemporaryDirectory() as instance, in_town():
        app = the_app(url, Path(instance))
        app.add_url_rule(BARE, view_func=bare(*folded(url)))
        yield signed_in(app, "vann")
        app.extensions["engine"].dispose()


def folded(url: str) -> tuple[str, Any]:
    """The fold as it is sent to the driver, and its parameters."""
    engine = open_engine(url)
    with sessions(engine)() as asking, listening(rounds, "_told", asking.connection()) as heard:
        by = Actor(0, "Vann Police", Role.NOTIFIER, sender(asking))
        rounds.isps_told(asking, own_notice(asking, 1, by), build.NOW)
    engine.dispose()
    return max(heard.statements, key=lambda sent: len(sent[0]))


def bare(statement: str, parameters: Any) -> Callable[[], str]:
    """The barest table the portal could serve: signed in, in its frame, the fold, plain cells."""

    @allow(Permission.NOTICE_READ)
    def bare_order() -> str:
        rows = session().connection().exec_driver_sql(statement, parameters).all()
        return render_template_string(BARE_PAGE, rows=rows[:SHOWN])

    return bare_order


def sender(asking: Any) -> int:
    """Who sent the order."""
    return int(asking.scalar(text("SELECT notifier_id FROM notice WHERE key = 1")))


def opens(path: str, client: FlaskClient) -> None:
    """Open a page some times."""
    for _ in range(PAGES):
        response = client.get(path)
        assert response.status_code == 200
        assert response.get_data().count(b"<tr") >= min(SHOWN, QUICK.few)


def benches(scale: Scale) -> list[Bench]:
    """The page of a round with as many ISPs as the least busy one has rows elsewhere."""
    work, reference = partial(opens, "/orders/1"), partial(opens, BARE)
    place = Country(scale.few)
    return [Bench("orders-page", scale.few, BAR, place, desk, work, reference, scale.turns)]

"""A page of the takedown register: with a million entries, with a thousand, and the barest page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts import Permission
from portal.registers.takedowns import Takedown
from portal.web.gate import allow, my_isp
from portal.web.session import session
from tests.bench.harness import Bench, Scale
from tests.bench.multitude import Multitude, in_town
from tests.engines import the_app
from tests.town import PASSWORD
from tests.visitors import Visitor

NO_SLOWER, BAR = 1.3, 3.0
LIST = "/registers/takedowns"
MONTH = f"{LIST}?period=2026-10"
# Several pages a turn: one takes some hundredths of a second.
PAGES = 10
ROWS = 50
BARE = "/registers/bare"
BARE_PAGE = """{% extends "base.html" %}{% block title %}Takedowns{% endblock %}
{% block content %}<h1>Takedowns</h1><table>{% for row in rows %}<tr><td>{{ row.key }}</td>
<td>{{ row.received_at }}</td><td>{{ row.source_type }}</td><td>{{ row.source_ref }}</td>
<td>{{ row.priority }}</td><td>{{ row.service_role }}</td></tr>{% endfor %}</table>{% endblock %}"""


@dataclass(frozen=True)
class Readers:
    """Somebody signed in at the ISP with many entries, and somebody at the one with few."""

    many: FlaskClient
    few: FlaskClient


@contextmanager
def readers(url: str) -> Iterator[Readers]:
    """The portal before the town's database, with a bare page of its own beside the real ones."""
    with TemporaryDirectory() as instance, in_town():
        app = the_app(url, Path(instance))
        app.add_url_rule(BARE, view_func=bare)
        yield Readers(signed_in(app, "chea"), signed_in(app, "small"))
        app.extensions["engine"].dispose()


def signed_in(app: Flask, name: str) -> FlaskClient:
    """The browser of somebody who has just signed in."""
    return Visitor(app.test_client()).signs_in(f"{name}@example.org", PASSWORD).client


@allow(Permission.ENTRY_READ)
def bare() -> str:
    """The barest list the portal could serve: signed in, in its frame, one query, plain cells."""
    newest = (
        select(Takedown)
        .where(Takedown.isp_id == my_isp().id, Takedown.closed_seq.is_(None))
        .order_by(Takedown.received_at.desc(), Takedown.key.desc())
        .limit(ROWS + 1)
    )
    return render_template_string(BARE_PAGE, rows=session().scalars(newest).all()[:ROWS])


def opens(whose: str, path: str, readers: Readers) -> None:
    """Open a list some times."""
    client: FlaskClient = getattr(readers, whose)
    for _ in range(PAGES):
        response = client.get(path)
        assert response.status_code == 200
        assert response.get_data().count(b"<tr") >= ROWS


def benches(scale: Scale) -> list[Bench]:
    """The newest entries, and the same narrowed down, against few entries and the bare page."""

    def bench(name: str, bar: float, path: str, whose: str, against: str) -> Bench:
        work: Callable[[Any], None] = partial(opens, "many", path)
        other: Callable[[Any], None] = partial(opens, whose, against)
        return Bench(name, scale.many, bar, Multitude(scale), readers, work, other, scale.turns)

    return [
        bench("register-page", NO_SLOWER, LIST, "few", LIST),
        bench("register-page-of-a-month", NO_SLOWER, MONTH, "few", MONTH),
        bench("register-page-over-bare", BAR, LIST, "many", BARE),
    ]

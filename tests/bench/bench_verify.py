"""A paper verified, against the library alone; the page of a number, against the barest page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import render_template_string
from flask.testing import FlaskClient
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from sqlalchemy import select

from portal.accounts.model import Particulars
from portal.certificates.actions import issue
from portal.certificates.keys import ensure_development_key, trust_anchor_pem
from portal.certificates.model import Certificate
from portal.certificates.sign import sign
from portal.certificates.verify import verify
from portal.db import sessions
from portal.period import Period
from portal.readers import Rate
from portal.verifier.bounded import examine_bounded
from portal.verifier.chain import read_anchors
from portal.web.gate import public
from portal.web.limits import Limit, limited
from portal.web.session import session
from tests.bench.bench_certificate import AT, certificate
from tests.bench.harness import NOWHERE, Bench, Scale
from tests.bench.multitude import in_town
from tests.certificates.samples import POLICY
from tests.engines import PostgreSQL, postgresql_server, the_app
from tests.town import settle
from tests.web.test_certificates import accepted

BAR, PAGE_BAR = 2.0, 2.0
PAPERS, PAGES = 5, 20
BARE = "/verify-bare"
BARE_PAGE = """{% extends "base.html" %}{% block title %}Bare{% endblock %}
{% block content %}<h1>{{ name }}</h1>{% endblock %}"""


@dataclass(frozen=True)
class Desk:
    """A signed paper, and whom to trust."""

    pdf: bytes
    trust: list[bytes]


@contextmanager
def desk(_where: object) -> Iterator[Desk]:
    """A certificate with its signature."""
    with TemporaryDirectory() as folder:
        key = ensure_development_key(Path(folder))
        yield Desk(sign(certificate(2), key, POLICY, at=AT), [trust_anchor_pem(key)])


def verified(desk: Desk) -> None:
    """Both opinions, some times."""
    for _ in range(PAPERS):
        assert verify(desk.pdf, desk.trust).is_genuine


def judged(desk: Desk) -> None:
    """The first of them as the page asks it: in a process of its own, within its bounds."""
    for _ in range(PAPERS):
        assert examine_bounded(desk.pdf, desk.trust).is_genuine


def alone(desk: Desk) -> None:
    """The library's opinion alone, as often."""
    roots = read_anchors(desk.trust)
    for _ in range(PAPERS):
        (signature,) = PdfFileReader(BytesIO(desk.pdf)).embedded_signatures
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=AT)
        told = async_validate_pdf_signature(signature, signer_validation_context=context)
        assert asyncio.run(told).bottom_line


@public
@limited(Limit.VERIFY)
def bare() -> str:
    """The barest page that asks the database once: counted, in its frame, a name and no more."""
    name = session().scalars(select(Particulars.name_en).limit(1)).one()
    return render_template_string(BARE_PAGE, name=name)


@dataclass(frozen=True)
class Register:
    """A PostgreSQL with the town of the tests, where one certificate was issued."""

    @contextmanager
    def open(self) -> Iterator[str]:
        """Start and fill it; gives its address."""
        with postgresql_server() as url, TemporaryDirectory() as instance, in_town() as clock:
            engine = PostgreSQL(url).engine
            app = the_app(url, Path(instance))
            town = settle(app, engine, clock)
            accepted(town, "mekong-net")
            with town.session() as held:
                isp, by = town.bodies["mekong-net"], town.actors["chan"]
                issue(held, isp, Period(2026, 10), by=by, at=town.now)
            app.extensions["engine"].dispose()
            engine.dispose()
            yield url


@contextmanager
def counter(url: str) -> Iterator[tuple[FlaskClient, str]]:
    """The portal with one certificate issued, and its address."""
    with TemporaryDirectory() as instance, in_town():
        app = the_app(url, Path(instance))
        app.extensions["settings"] = replace(
            app.extensions["settings"], limit_verify=Rate(10**6, 60)
        )
        app.add_url_rule(BARE, view_func=bare)
        with sessions(app.extensions["engine"])() as asking:
            number = asking.scalars(select(Certificate.number)).one()
        yield app.test_client(use_cookies=False), f"/verify/{number}"
        app.extensions["engine"].dispose()


def shown(counter: tuple[FlaskClient, str]) -> None:
    """Open the page of a number some times."""
    client, path = counter
    for _ in range(PAGES):
        assert client.get(path).status_code == 200


def shown_bare(counter: tuple[FlaskClient, str]) -> None:
    """Open the barest page as often."""
    client, _ = counter
    for _ in range(PAGES):
        assert client.get(BARE).status_code == 200


def benches(scale: Scale) -> list[Bench]:
    """A paper by both opinions and within bounds, and the status page."""
    turns = scale.turns
    return [
        Bench("verify", PAPERS, BAR, NOWHERE, desk, verified, alone, turns),
        Bench("verify-bounded", PAPERS, 6.0, NOWHERE, desk, judged, alone, turns),
        Bench("verify-page", PAGES, PAGE_BAR, Register(), counter, shown, shown_bare, turns),
    ]

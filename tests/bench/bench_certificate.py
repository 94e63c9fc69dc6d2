"""Papers: from an attestation to a signed paper that is stored, against WeasyPrint alone.

The reference is given the page's HTML and the names of its styles, and all else is left as the
library has it: it parses, lays out and writes an untagged PDF, with fonts and styles of its own. It
runs in the same process and so draws Khmer as the house does.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from weasyprint import HTML

from portal.canonical import sha256
from portal.certificates import paper
from portal.certificates.keys import KeyMaterial, ensure_development_key
from portal.certificates.model import Paper, PaperKind
from portal.certificates.render import render_certificate
from portal.certificates.report import render_report
from portal.certificates.sign import sign
from portal.certificates.warm import warm
from portal.db import Base
from portal.returns.statement import schema_bytes
from tests.bench.harness import NOWHERE, Bench, Scale
from tests.bench.listening import listening
from tests.certificates.samples import POLICY, URL, a_sample_attestation, a_sample_statement, frozen

BAR = 1.3
BAR_OF_TWO = round(1 / 1.8, 3)
"""Two workers are to do 1.8 times what one does: their time over its."""
MOST_MIB = 150.0
MONTH = 20
"""So many certificates stand for the thousand of a month; their rate is what is measured."""
AT = datetime(2026, 11, 20, 3, 1, tzinfo=UTC)

Render = Callable[[], bytes]


@dataclass(frozen=True)
class Press:
    """A key to sign with, a database to store in, how the paper is rendered, and what WeasyPrint is
    given for it.
    """

    key: KeyMaterial
    stored: Session
    render: Render
    html: str
    styles: list[Path]


def certificate(observations: int) -> bytes:
    """A certificate with so many observations."""
    said = a_sample_attestation()["observations"][:observations]
    attestation = a_sample_attestation(observations=said)
    return render_certificate(attestation, frozen(attestation), POLICY, qr_url=URL)


def report(entries: int) -> bytes:
    """The compliance report of a month with so many entries in its largest register."""
    counts = {"numerator": entries, "denominator": entries, "n": entries, "late": 0}
    share = {"tenths": 1000 if entries else None}
    statement = a_sample_statement()
    statement["indicators"] = [one | counts | share for one in statement["indicators"]]
    statement["registers"]["takedowns"] |= {"entries": entries, "lines": entries * 5}
    statement["roll_forward"] |= {"received": entries, "closed": entries}
    return render_report(
        a_sample_attestation(), statement, frozen(statement), schema_bytes(), POLICY, qr_url=URL
    )


@contextmanager
def press(render: Render, _where: object) -> Iterator[Press]:
    """Render once, and note the page that came of it."""
    with TemporaryDirectory() as folder, listening(paper, "lay_out") as heard:
        render()
        html, *styles = heard.calls[-1]
        engine = create_engine(f"sqlite:///{folder}/papers.sqlite")
        Base.metadata.create_all(engine, tables=[Paper.metadata.tables[Paper.__tablename__]])
        key, files = ensure_development_key(Path(folder)), [paper.STATIC / name for name in styles]
        with Session(engine) as session:
            yield Press(key, session, render, html, files)


def rendered(press: Press) -> bytes:
    """The paper before it is signed."""
    return press.render()


def stored(press: Press) -> None:
    """The paper signed and kept."""
    pdf = sign(press.render(), press.key, POLICY, at=AT)
    row = Paper(serial=1, kind=PaperKind.CERTIFICATE, sha256=sha256(pdf), pdf=pdf, made_at=AT)
    press.stored.add(row)
    press.stored.commit()
    press.stored.delete(row)
    press.stored.commit()


def bare(press: Press) -> Any:
    """WeasyPrint alone, as it comes."""
    source = HTML(string=press.html, base_url=f"{paper.STATIC.as_uri()}/")
    return source.write_pdf(stylesheets=press.styles)


@contextmanager
def workshop(_where: object) -> Iterator[Path]:
    """A process that is warm, with a folder for its key: workers are forked from it."""
    with TemporaryDirectory() as folder:
        warm()
        _key(Path(folder))
        yield Path(folder)


@cache
def _key(folder: Path) -> KeyMaterial:
    return ensure_development_key(folder)


def month(workers: int, keys: Path) -> None:
    """A month of certificates, rendered and signed by so many workers that are replaced in time,
    each within the memory that one may hold.
    """
    fork = multiprocessing.get_context("fork")
    with fork.Pool(workers, maxtasksperchild=MONTH) as pool:
        held = list(pool.imap_unordered(partial(_one, keys), range(MONTH)))
    assert len(held) == MONTH
    assert max(held) <= MOST_MIB, max(held)


def _one(keys: Path, _place: int) -> float:
    """Make one, and tell what the worker holds: its own memory, and its part of what is shared."""
    sign(certificate(0), _key(keys), POLICY, at=AT)
    told = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    return int(told.split("Pss:")[1].split()[0]) / 1024


def benches(scale: Scale) -> list[Bench]:
    """A certificate with and without observations, signed and stored; reports; a month of many."""

    def bench(
        name: str, render: Render, work: Callable[[Press], Any], n: int = 1, **more: Any
    ) -> Bench:
        prepare: Callable[[Any], AbstractContextManager[Press]] = partial(press, render)
        return Bench(name, n, BAR, NOWHERE, prepare, work, bare, scale.turns, **more)

    small = bench("report-of-nothing", partial(report, 0), rendered, 0)
    two, one = partial(month, 2), partial(month, 1)
    turns = min(scale.turns, 2)
    return [
        bench("certificate", partial(certificate, 0), rendered),
        bench("certificate-with-observations", partial(certificate, 2), rendered),
        bench("certificate-stored", partial(certificate, 0), stored),
        small,
        bench("report", partial(report, scale.many), rendered, scale.many, smaller=small),
        Bench("certificates-by-two", MONTH, BAR_OF_TWO, NOWHERE, workshop, two, one, turns),
    ]

"""One paper: what the house does around WeasyPrint, against WeasyPrint alone on the same page.

The reference is given the page's HTML and its styles as they were parsed before, so that it does
nothing but lay out and write. It runs in the same process and so draws Khmer as the house does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from portal.certificates import paper
from portal.certificates.keys import KeyMaterial, ensure_development_key
from portal.certificates.render import render_certificate
from portal.certificates.report import render_report
from portal.certificates.sign import sign
from portal.returns.statement import schema_bytes
from tests.bench.harness import NOWHERE, Bench, Scale
from tests.bench.listening import listening
from tests.certificates.samples import POLICY, URL, a_sample_attestation, a_sample_statement, frozen

BAR = 1.5
AT = datetime(2026, 11, 20, 3, 1, tzinfo=UTC)

Render = Callable[[], bytes]


@dataclass(frozen=True)
class Press:
    """A key to sign with, how the paper is rendered, and the page WeasyPrint is given for it."""

    key: KeyMaterial
    render: Render
    html: str
    fonts: FontConfiguration
    styles: list[CSS]


def certificate(observations: int) -> bytes:
    """A certificate with so many observations."""
    said = a_sample_attestation()["observations"][:observations]
    attestation = a_sample_attestation(observations=said)
    return render_certificate(attestation, frozen(attestation), POLICY, qr_url=URL)


def report() -> bytes:
    """The compliance report of the same month."""
    statement = a_sample_statement()
    return render_report(
        a_sample_attestation(), statement, frozen(statement), schema_bytes(), POLICY, qr_url=URL
    )


@contextmanager
def press(render: Render, _where: object) -> Iterator[Press]:
    """Render once, and note the page that came of it."""
    with TemporaryDirectory() as folder, listening(paper, "lay_out") as heard:
        render()
        html, *styles = heard.calls[-1]
        fonts = FontConfiguration()
        parsed = [CSS(filename=paper.STATIC / name, font_config=fonts) for name in styles]
        yield Press(ensure_development_key(Path(folder)), render, html, fonts, parsed)


def rendered(press: Press) -> bytes:
    """The paper before it is signed."""
    return press.render()


def signed(press: Press) -> bytes:
    """The paper as it is kept."""
    return sign(press.render(), press.key, POLICY, at=AT)


def bare(press: Press) -> Any:
    """WeasyPrint alone."""
    source = HTML(string=press.html, base_url=f"{paper.STATIC.as_uri()}/")
    return source.write_pdf(
        stylesheets=press.styles, font_config=press.fonts, pdf_variant="pdf/a-3a"
    )


def benches(scale: Scale) -> list[Bench]:
    """A certificate with and without observations, with its signature, and the report."""

    def bench(name: str, render: Render, work: Callable[[Press], bytes]) -> Bench:
        prepare: Callable[[Any], AbstractContextManager[Press]] = partial(press, render)
        return Bench(name, 1, BAR, NOWHERE, prepare, work, bare, scale.turns)

    return [
        bench("certificate", partial(certificate, 0), rendered),
        bench("certificate-with-observations", partial(certificate, 2), rendered),
        bench("certificate-signed", partial(certificate, 0), signed),
        bench("report", report, rendered),
    ]

"""Every paper of the house, drawn once, with the HTML that it was drawn from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from portal.certificates import paper
from portal.certificates.aside import Aside
from portal.certificates.decided import render_decision, render_draft
from portal.certificates.receipt import render_receipt
from portal.certificates.reminder import render_reminder
from portal.certificates.render import render_certificate
from portal.certificates.report import render_report
from portal.returns.statement import schema_bytes
from tests.bench.listening import listening
from tests.certificates.letters import a_decision, a_draft, a_receipt, a_reminder
from tests.certificates.samples import POLICY, URL, a_sample_attestation, a_sample_statement, frozen

POLICY_BYTES = POLICY.model_dump_json().encode()


@dataclass(frozen=True)
class Drawn:
    """A paper, and the HTML of it."""

    pdf: bytes
    html: str


def _certificate(kind: str) -> bytes:
    attestation = a_sample_attestation(kind=kind)
    return render_certificate(attestation, frozen(attestation), POLICY, qr_url=URL)


def _report() -> bytes:
    statement = a_sample_statement()
    return render_report(
        a_sample_attestation(), statement, frozen(statement), schema_bytes(), POLICY, qr_url=URL,
        aside=Aside(policies={"2026.1": POLICY_BYTES}),
    )  # fmt: skip


def _receipt() -> bytes:
    statement = a_sample_statement()
    return render_receipt(a_receipt(), statement, frozen(statement), POLICY)


DRAWERS: dict[str, Callable[[], bytes]] = {
    "certificate": lambda: _certificate("CERTIFICATE"),
    "findings": lambda: _certificate("FINDINGS"),
    "report": _report,
    "receipt": _receipt,
    "acceptance": lambda: render_decision(a_decision("ACCEPT_WITH_OBSERVATIONS"), POLICY),
    "sent-back": lambda: render_decision(a_decision("RETURN_FOR_CORRECTION"), POLICY),
    "void": lambda: render_decision(
        a_decision("REJECT_VOID", appeal_until="2026-12-18T16:59:59Z"), POLICY
    ),
    "draft": lambda: render_draft(a_draft(), POLICY),
    "reminder": lambda: render_reminder(a_reminder(), POLICY),
}


def draw() -> dict[str, Drawn]:
    """Draw every paper; of one that was laid out twice the last HTML counts."""
    with listening(paper, "lay_out") as heard:
        drawn = {}
        for name, render in DRAWERS.items():
            pdf = render()
            drawn[name] = Drawn(pdf, heard.calls[-1][0])
        return drawn


if __name__ == "__main__":
    for name, one in draw().items():
        sys.stdout.write(f"{name} {sha256(one.pdf).hexdigest()}\n")

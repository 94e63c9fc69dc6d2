"""Signing keys by command: made before two officers, named, used, rolled over, given up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from cryptography import x509
from sqlalchemy import select

from portal.jobs import Job, JobKind
from portal.web.running import do_next
from tests.certificates.authority import Authority, authority
from tests.certificates.softhsm import a_token
from tests.commands.test_papers import ISSUE, accepted
from tests.town import Town

__all__ = ["accepted"]

Beside = tuple[Authority, datetime]
TWO = ("--as", "chan@example.org", "--and", "pich@example.org")


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    """An authority, and the time on its clock, which is not the town's."""
    with authority(tmp_path_factory.mktemp("authority")) as running:
        yield running, datetime.now(UTC)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_life_of_a_key(
    accepted: Town, beside: Beside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, (ours, now) = accepted, beside
    held = a_token(tmp_path / "softhsm", ours.key())
    plain = town.app.extensions["settings"]
    configured = replace(plain, signing_token=held, authorities=ours.stamps("tsa"))
    monkeypatch.setitem(town.app.extensions, "settings", configured)
    town.clock.move_to(now)

    request = tmp_path / "request.pem"
    asked = ("keys", "ceremony", "next", "--name", "Next issuer", "-o", str(request))
    assert "two people" in town.runs(*asked, *TWO[:3], TWO[1], expect=1)
    said = town.runs(*asked, *TWO)
    made = x509.load_pem_x509_csr(request.read_bytes())
    assert made.is_signature_valid
    assert made.subject.rfc4514_string() == "CN=Next issuer"
    assert said.count("SHA-256") == 2
    assert "not there" in town.runs(*asked, *TWO, expect=1)  # there is one of that name

    assert town.runs("keys", "name", *TWO).startswith("Key 1 (TEST signer)")
    following = tmp_path / "next.pem"
    names = ("next", "ca", "root")
    following.write_bytes(b"".join((ours.folder / f"{n}.cert.pem").read_bytes() for n in names))
    assert town.runs("keys", "name", str(following), *TWO).startswith("Key 2 (TEST next)")

    # While nobody stamps, the number stands and its papers wait.
    deaf = replace(configured, authorities=ours.stamps("http://127.0.0.1:1/tsa"))
    town.app.extensions["settings"] = deaf
    assert "time-stamping" in town.runs(*ISSUE, "chan@example.org", expect=1)
    with town.app.app_context():
        assert do_next(Event())
    with town.session() as session:
        [job] = session.scalars(select(Job).where(Job.kind == JobKind.PAPERS)).all()
        assert (job.fault, job.outcome) == ("stamp-away", None)
        number, file = job.subject, tmp_path / "paper.pdf"
    town.app.extensions["settings"] = configured
    assert town.runs("certificates", "finish").strip() == "1 finished"
    town.runs("certificates", "export", number, "-o", str(file))
    verdict = json.loads(town.runs("verify", str(file), "--json"))
    assert (verdict["verdict"], verdict["stamped_by"]) == ("GENUINE", "TEST tsa")
    assert verdict["signer_standing"] == "GOOD"
    assert "2 stamped" in town.runs("certificates", "restamp", "--months", "120")
    town.runs("certificates", "export", number, "--archive", "-o", str(tmp_path / "archive.pdf"))
    assert (tmp_path / "archive.pdf").read_bytes().startswith(file.read_bytes())

    assert "ROLLED_OVER" in town.runs("keys", "end", "1", *TWO)
    assert json.loads(town.runs("verify", str(file), "--json"))["verdict"] == "GENUINE"
    since = f"{now + timedelta(hours=1):%Y-%m-%dT%H:%MZ}"
    told = town.runs("keys", "compromised", "1", "--since", since, *TWO)
    assert "To be issued anew: 0" in told
    assert town.runs("keys", "papers", "1").count(number) == 2
    assert town.runs("keys", "list").count("COMPROMISED") == 1
    told = "verify", str(file), "--json", "--trust"
    anchors, stamps = tmp_path / "anchors.pem", tmp_path / "stamps.pem"
    town.runs("keys", "certificate", "-o", str(anchors))
    town.runs("keys", "stamps", "-o", str(stamps))
    assert (anchors.read_bytes(), stamps.read_bytes()) == (ours.anchor, ours.anchor)
    said = json.loads(town.runs(*told, str(anchors), "--stamps", str(stamps)))
    assert (said["verdict"], said["stamped_by"]) == ("GENUINE", "TEST tsa")

"""One key and one signed paper for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.certificates.keys import KeyMaterial, ensure_development_key, trust_anchor_pem
from portal.certificates.render import render_certificate
from portal.certificates.report import render_report
from portal.certificates.sign import sign
from tests.certificates.authority import Authority
from tests.certificates.authority import authority as an_authority
from tests.certificates.papers import Drawn, draw
from tests.certificates.samples import POLICY, URL, a_sample_attestation, a_sample_statement, frozen

AT = datetime(2026, 11, 20, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def papers() -> dict[str, Drawn]:
    """Every paper of the house by its name, drawn once for all tests."""
    return draw()


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> KeyMaterial:
    return ensure_development_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def trust(key: KeyMaterial) -> list[bytes]:
    return [trust_anchor_pem(key)]


@pytest.fixture(scope="session")
def certificate() -> bytes:
    attestation = a_sample_attestation()
    return render_certificate(attestation, frozen(attestation), POLICY, qr_url=URL)


@pytest.fixture(scope="session")
def report() -> bytes:
    statement = a_sample_statement()
    return render_report(
        a_sample_attestation(),
        statement,
        frozen(statement),
        b'{"type":"object"}',
        POLICY,
        qr_url=URL,
    )


@pytest.fixture(scope="session")
def signed(certificate: bytes, key: KeyMaterial, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("signed") / "certificate.pdf"
    path.write_bytes(sign(certificate, key, POLICY, at=AT))
    return path


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """One that runs beside these tests, and issues, stamps and revokes."""
    with an_authority(tmp_path_factory.mktemp("authority")) as running:
        yield running

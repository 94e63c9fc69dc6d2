"""Another country writes another pack and no code: its papers carry its heading and its numbers."""

from __future__ import annotations

import json
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy.orm import Session

from portal.accounts import Role
from portal.certificates.actions import finish, issue
from portal.certificates.keys import KeyMaterial
from portal.certificates.model import PaperKind
from portal.certificates.number import CertificateNumber
from portal.certificates.queries import by_number, example_number, number_in
from portal.certificates.verify import verify
from portal.policy import load, shipped_pack
from tests import build
from tests.certificates.reading import text_by_poppler
from tests.reviews.build import ISSUED_AT, OCTOBER, Office, an_office_for

THERE = {
    'zone = "Asia/Phnom_Penh"': 'zone = "Asia/Kathmandu"',
    'series = "KH-SP5"': 'series = "XY"',
    'signed_at = "Phnom Penh"': 'signed_at = "Harbour"',
    '"KINGDOM OF CAMBODIA"': '"REPUBLIC OF XY"',
    '"Phnom Penh time"': '"Harbour time"',
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The pack of an invented country."""
    folder = Path(shutil.copytree(str(shipped_pack("kh")), tmp_path / "xy"))
    policy = folder / "policy-2026.1.toml"
    said = policy.read_text()
    for here, there in THERE.items():
        assert here in said
        said = said.replace(here, there)
    policy.write_text(said)
    return folder


@pytest.fixture
def abroad(session: Session, pack: Path) -> Office:
    """An authority and an ISP under that pack, with October accepted."""
    authority = build.an_authority(session, policy=False)
    officer = build.an_officer(session, authority, Role.POLICY_OFFICER, "Chan Dara")
    build.a_policy(session, officer, pack)
    office = an_office_for(session, authority, "harbour-net")
    office.decided(office.filed())
    return office


def test_its_numbers_and_papers_are_its_own_and_verify_offline(
    session: Session, abroad: Office, key: KeyMaterial, trust: list[bytes]
) -> None:
    made = issue(session, abroad.isp.id, OCTOBER, by=abroad.issuer, at=ISSUED_AT)
    papers = finish(session, made.serial, key, verify_at="https://xy.example", at=ISSUED_AT)
    [page] = [one.pdf for one in papers if one.kind == PaperKind.CERTIFICATE]

    assert made.number.startswith("XY-2026-000001-")
    assert json.loads(made.attestation)["number"] == made.number
    assert by_number(session, made.number.lower().replace("-", " ")) is made
    verdict = verify(page, trust)
    assert (verdict.is_genuine, verdict.number) == (True, made.number)
    text = text_by_poppler(page)
    assert "REPUBLIC OF XY" in text
    assert "08:45 (Harbour time)" in text
    assert "UTC+05:45" in text
    [signature] = PdfFileReader(BytesIO(page)).embedded_signatures
    assert signature.sig_object["/Location"] == "Harbour"


def test_numbers_are_read_in_every_series_that_was_ever_loaded(session: Session) -> None:
    assert number_in(session, "KH-SP5-2026-000045-2") is None
    assert example_number(session, 2026) is None
    build.an_authority(session)

    assert number_in(session, "kh sp5 2026 000045 2") == CertificateNumber("KH-SP5", 2026, 45)
    assert number_in(session, "XY-2026-000045-2") is None
    assert example_number(session, 2026) == "KH-SP5-2026-000045-2"


def test_a_later_policy_may_begin_a_series_and_the_old_numbers_are_still_read(
    session: Session, tmp_path: Path
) -> None:
    authority = build.an_authority(session)
    officer = build.an_officer(session, authority, Role.POLICY_OFFICER, "Chan Dara")
    folder = Path(shutil.copytree(str(shipped_pack("kh")), tmp_path / "kh"))
    (folder / "policy-2027.1.toml").write_text(
        'base = "policy-2026.1.toml"\nversion = "2027.1"\n[papers]\nseries = "XY"\n'
    )
    load(session, folder, by=officer, at=build.START)

    assert number_in(session, "XY-2026-000045-2") == CertificateNumber("XY", 2026, 45)
    assert number_in(session, "KH-SP5-2026-000045-2") == CertificateNumber("KH-SP5", 2026, 45)
    assert example_number(session, 2027) == "XY-2027-000045-7"

"""A paper is stored once, under its digest, and never changes; an answer of a sitting likewise."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.canonical import sha256
from portal.certificates.model import Certificate, Paper, PaperKind
from portal.certificates.monthly import issue_one_of, sit
from portal.certificates.papers import keep
from portal.certificates.queries import unfinished
from portal.certificates.sitting import SittingIsp
from tests.town import Town
from tests.web.test_certificates import OCTOBER, accepted


def paper(kind: PaperKind, pdf: bytes, town: Town) -> Paper:
    return Paper(serial=1, kind=kind, sha256=sha256(pdf), pdf=pdf, made_at=town.now)


def is_refused(town: Town, statement: str) -> bool:
    with town.session() as session:
        with pytest.raises(DBAPIError, match=r"append-only|denied"):
            session.execute(text(statement))
        session.rollback()
    return True


def test_what_is_stored_stays_as_it_is_and_is_found_by_its_digest(
    town: Town, tmp_path: Path
) -> None:
    accepted(town, "mekong-net")
    by, at = town.actors["chan"], town.now
    with town.session() as session:
        sitting = sit(session, OCTOBER, [town.bodies["mekong-net"]], by=by, at=at)
        isp_id = town.bodies["mekong-net"]
        assert issue_one_of(session, sitting, isp_id, by=by, at=at)
        # A second worker finds the answer.
        assert issue_one_of(session, sitting, isp_id, by=by, at=at) is None
        kinds = sorted(PaperKind)
        first = [paper(kind, f"%PDF {kind}".encode(), town) for kind in kinds]
        assert keep(session, 1, first) == first
        # One that drew the same meanwhile keeps the first.
        assert keep(session, 1, [paper(kind, b"%PDF later", town) for kind in kinds]) == []
        assert unfinished(session) == []
        number = session.get_one(Certificate, 1).number
    with town.session() as session:
        session.add(paper(PaperKind.REPORT, b"%PDF again", town))
        with pytest.raises(DBAPIError):
            session.flush()
        session.rollback()

    for statement in (
        "UPDATE paper SET pdf = pdf || pdf",
        "UPDATE paper SET sha256 = attestation_digest FROM certificate",
        "DELETE FROM paper",
        "DELETE FROM certificate",
        "UPDATE certificate SET number = 'another'",
        "UPDATE sitting_isp SET serial = NULL",
        "UPDATE sitting_isp SET answered_at = NULL, serial = NULL",
        "DELETE FROM sitting_isp",
    ):
        assert is_refused(town, statement), statement

    digest, file = sha256(f"%PDF {PaperKind.REPORT}".encode()).hex(), tmp_path / "paper.pdf"
    said = town.runs("certificates", "export", "--sha256", digest, "-o", str(file))
    assert said == f"{number}: 11 bytes, SHA-256 {digest}\n"
    assert sha256(file.read_bytes()).hex() == digest
    for wrong, code in (("0" * 64, 1), ("words", 2)):
        words = ("certificates", "export", "--sha256", wrong, "-o", str(file))
        town.runs(*words, expect=code)
    with town.session() as session:
        assert session.get_one(SittingIsp, (1, isp_id)).serial == 1

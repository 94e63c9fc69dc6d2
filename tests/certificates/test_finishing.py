"""The papers of a number are made afterwards, once, whoever comes back to it."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.canonical import sha256
from portal.certificates.actions import finish, issue, keep, render
from portal.certificates.inside import files_inside
from portal.certificates.keys import KeyMaterial
from portal.certificates.model import Paper, PaperKind
from portal.certificates.queries import StatusCode, find, status, unfinished
from portal.certificates.verify import verify
from portal.period import Period
from tests.reviews.build import ISSUED_AT, OCTOBER, an_office

HERE = "https://portal.example/verify"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_papers_are_made_once_and_stay(
    session: Session, key: KeyMaterial, trust: list[bytes]
) -> None:
    office = an_office(session)
    office.decided(office.filed())
    made = issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
    assert unfinished(session) == [1]
    # Two do the same work at once: both render, one comes first.
    slow = render(session, 1, key, verify_at=HERE, at=ISSUED_AT)
    papers = finish(session, 1, key, verify_at=HERE, at=ISSUED_AT)
    assert {paper.kind for paper in papers} == set(PaperKind)
    assert keep(session, 1, slow) == []
    assert finish(session, 1, key, verify_at=HERE, at=ISSUED_AT) == []
    assert (unfinished(session), status(session, made).code) == ([], StatusCode.ISSUED)
    for paper in session.scalars(select(Paper)):
        verdict = verify(paper.pdf, trust)
        assert verdict.is_genuine
        assert verdict.number == made.number
        assert verdict.attestation_digest == made.attestation_digest.hex()
        assert ("report" in verdict.notes) == (paper.kind == PaperKind.REPORT)
        assert paper.sha256 == sha256(paper.pdf)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_report_holds_the_policies_whose_digests_it_names(
    session: Session, key: KeyMaterial
) -> None:
    office = an_office(session)
    office.decided(office.filed())
    made = issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
    finish(session, 1, key, verify_at=HERE, at=ISSUED_AT)
    report = session.get_one(Paper, (1, PaperKind.REPORT))
    inside = dict(files_inside(PdfFileReader(BytesIO(report.pdf))))
    named = {one["version"]: one["digest"] for one in json.loads(made.attestation)["policy"]}
    assert {v: sha256(inside[f"policy-{v}.json"]).hex() for v in named} == named


def test_certificates_are_found_by_isp_month_and_status(session: Session) -> None:
    office = an_office(session)
    office.decided(office.filed())
    made = issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
    preparing = StatusCode.BEING_PREPARED
    [found] = find(session, isp_id=office.isp.id, period=OCTOBER, code=preparing)
    assert (found.certificate, found.isp.slug) == (made, "mekong-net")
    assert find(session, code=StatusCode.ISSUED) == []
    assert find(session, period=Period(2026, 9)) == []
    assert find(session, before=1) == []

"""Copies for the archive: one more time stamp before the last one ages, the paper untouched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    SignatureCoverageLevel,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.certificates.actions import issue
from portal.certificates.archive import due, newest_copy, restamp
from portal.certificates.model import ArchiveCopy, Paper, PaperKind
from portal.certificates.refusals import StampAway
from portal.certificates.sign import sign
from portal.certificates.stamping import anchors_of
from portal.certificates.verify import verify
from tests.certificates.authority import Authority
from tests.certificates.samples import POLICY
from tests.reviews.build import ISSUED_AT, OCTOBER, an_office

OURS, YEAR = (1, PaperKind.CERTIFICATE), timedelta(days=366)


def a_paper(session: Session, pdf: bytes) -> None:
    """The certificate of October, with that for its paper."""
    office = an_office(session)
    office.decided(office.filed())
    made = issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
    assert made.serial == 1
    session.add(Paper(serial=1, kind=OURS[1], sha256=bytes(32), pdf=pdf, made_at=ISSUED_AT))
    session.commit()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_it_is_stamped_anew_before_its_stamp_ages_and_can_be_stopped(
    session: Session, certificate: bytes, authority: Authority
) -> None:
    now, soon = datetime.now(UTC), authority.stamps("later")
    paper = sign(certificate, authority.key(authorities=soon), POLICY, at=now)
    a_paper(session, paper)
    # Its authority's certificate ends with the year 2029.
    assert list(due(session, datetime(2029, 12, 31, tzinfo=UTC))) == []
    assert list(due(session, datetime(2030, 1, 2, tzinfo=UTC))) == [OURS]
    with pytest.raises(StampAway):
        restamp(session, OURS, authority.stamps("expired"), at=now)
    first = restamp(session, OURS, soon, at=now)
    assert (first.no, first.until_at.year) == (1, 2030)
    session.rollback()  # as if the machine had stopped here
    assert newest_copy(session, OURS) is None
    restamp(session, OURS, soon, at=now)
    session.commit()
    assert list(due(session, datetime(2030, 1, 2, tzinfo=UTC))) == [OURS]
    second = restamp(session, OURS, authority.stamps("tsa"), at=now)
    session.commit()
    assert (second.no, second.until_at.year) == (2, 2034)
    assert list(due(session, datetime(2030, 1, 2, tzinfo=UTC))) == []
    assert session.get_one(Paper, OURS).pdf == paper
    assert verify(paper, [authority.anchor], [authority.anchor]).is_genuine
    _judged_by_the_library(second.pdf, paper, authority)


def _judged_by_the_library(copy: bytes, paper: bytes, authority: Authority) -> None:
    """The paper's own signature permits the stamps and nothing else; each stamp holds."""
    assert copy.startswith(paper)
    reader = PdfFileReader(BytesIO(copy))
    told = {"trust_roots": anchors_of(authority.anchor), "allow_fetching": False}
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(
        told | {"revocation_mode": "require"}
    )
    [own] = reader.embedded_regular_signatures
    status = validate_pdf_signature(own, context, context)
    assert status.bottom_line
    assert status.docmdp_ok
    stamps = reader.embedded_timestamp_signatures
    found = [validate_pdf_timestamp(stamp, context) for stamp in stamps]
    assert [(one.valid, one.intact, one.trusted) for one in found] == [(True, True, True)] * 2
    assert found[-1].coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_a_copy_only_lets_go_of_its_bytes_with_its_paper(session: Session) -> None:
    a_paper(session, b"%PDF-1.7")
    at = datetime.now(UTC)
    told = {"serial": 1, "kind": OURS[1], "sha256": bytes(32), "pdf": b"%PDF-1.7"}
    session.add(ArchiveCopy(**told, no=1, stamped_at=at, until_at=at, made_at=at))
    session.commit()
    for change in ({"pdf": b""}, {"pdf": b"%PDF-1.8"}, {"until_at": at + YEAR}):
        with pytest.raises(DatabaseError):
            session.execute(update(ArchiveCopy).values(**change))
        session.rollback()
    assert session.scalars(select(ArchiveCopy.pdf)).all() == [b"%PDF-1.7"]

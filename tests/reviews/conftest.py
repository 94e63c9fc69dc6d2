"""Every test of review begins in an office with an ISP beside it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.reviews.auditing import Audit, an_audit
from tests.reviews.build import Office, an_office


@pytest.fixture
def office(session: Session) -> Office:
    """The authority, one ISP and their people."""
    return an_office(session)


@pytest.fixture
def audit(office: Office) -> Audit:
    """Two auditors of one firm beside the office."""
    return an_audit(office)

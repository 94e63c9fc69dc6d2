"""Every test of review begins in an office with an ISP beside it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.reviews.build import Office, an_office


@pytest.fixture
def office(session: Session) -> Office:
    """The authority, one ISP and their people."""
    return an_office(session)

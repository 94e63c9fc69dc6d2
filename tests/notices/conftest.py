"""A hotline that uses the portal, two ISPs, and everybody who acts for them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.notices.street import Street


@pytest.fixture
def street(session: Session) -> Street:
    """A street with a hotline, a police office and two ISPs, on 5 November 2026."""
    return Street.built(session)

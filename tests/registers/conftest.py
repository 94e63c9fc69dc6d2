"""An ISP under a policy in force, and one of its officers."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, Role
from tests.build import an_authority, an_isp, an_officer


@pytest.fixture
def authority(session: Session) -> Organisation:
    return an_authority(session)


@pytest.fixture
def isp(session: Session, authority: Organisation) -> Organisation:
    assert authority.id
    return an_isp(session)


@pytest.fixture
def by(session: Session, isp: Organisation) -> Actor:
    return an_officer(session, isp)


@pytest.fixture
def reviewer(session: Session, authority: Organisation) -> Actor:
    return an_officer(session, authority, Role.REVIEWER, "Keo Sophea")

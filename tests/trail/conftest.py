"""A small log: the system's chain, two ISPs, and a key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from portal.accounts.actions import THE_SYSTEM, begin
from portal.db import begin_write
from portal.ledger import SYSTEM, open_ledger, take
from portal.trail import Checkpoint, append, sign_checkpoint
from portal.trail.key import CheckpointKey

KEY = CheckpointKey("portal.example/trail", Ed25519PrivateKey.from_private_bytes(bytes(32)))
FIRST_DAY = date(2026, 11, 1)
ALPHA, BETA = 7, 9


@dataclass
class Log:
    """Acts in chains, and days that are sealed."""

    session: Session
    day: date = FIRST_DAY

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, datetime.min.time(), UTC) + timedelta(hours=3)

    def acts(self, chain: int, *subjects: str) -> None:
        self.session.rollback()
        begin_write(self.session)
        for subject in subjects:
            append(
                self.session, take(self.session, chain), "test",
                by=THE_SYSTEM, at=self.at, subject=subject,
            )  # fmt: skip
        self.session.commit()

    def signs(self, key: CheckpointKey = KEY) -> Checkpoint:
        """The checkpoint of the day; the next one is of the day after."""
        self.session.rollback()
        begin_write(self.session)
        signed = sign_checkpoint(self.session, key, by=THE_SYSTEM, at=self.at, day=self.day)
        self.session.commit()
        self.day += timedelta(days=1)
        return signed


@pytest.fixture
def log(session: Session) -> Log:
    begin_write(session)
    begin(session)
    for isp in (ALPHA, BETA):
        open_ledger(session, isp)
    session.commit()
    log = Log(session)
    log.acts(SYSTEM, "founded")
    log.acts(ALPHA, "one", "two", "three")
    return log

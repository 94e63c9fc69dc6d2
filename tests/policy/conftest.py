"""An officer of the authority, a loaded pack, and packs that are wrong in one place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.accounts import Actor, Role
from portal.accounts.actions import begin, enrol
from portal.policy import adopt, load, shipped_pack

AT = datetime(2025, 8, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def officer(session: Session) -> Actor:
    begin(session)
    person = enrol(session, "Chan Dara")
    return Actor(person.id, person.name, Role.POLICY_OFFICER, 1)


@pytest.fixture
def loaded(session: Session, officer: Actor) -> Session:
    load(session, shipped_pack("kh"), by=officer, at=AT)
    return session


@pytest.fixture
def in_force(loaded: Session, officer: Actor) -> Session:
    """2026.1 from September 2025 and 2026.2 from 15 November 2026, both fictional."""
    for version, day in (("2026.1", date(2025, 9, 1)), ("2026.2", date(2026, 11, 15))):
        adopt(
            loaded,
            version,
            instrument=f"Fictional Prakas {version}",
            adopted_on=date(2025, 8, 15),
            effective_from=day,
            signatory="A fictional minister",
            demo=True,
            by=officer,
            at=AT,
        )
    return loaded


@pytest.fixture
def changed_pack(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the shipped pack with one text replaced in one file."""

    def change(name: str, old: str, new: str) -> Path:
        folder = Path(shutil.copytree(str(shipped_pack("kh")), tmp_path / "kh", dirs_exist_ok=True))
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))
        return folder

    return change

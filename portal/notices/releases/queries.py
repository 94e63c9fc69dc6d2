"""Questions about list releases: one by its number, those of a list, whether one is known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.errors import NotThere
from portal.notices.codes import UpdateKind
from portal.notices.releases.model import ListRelease
from portal.notices.releases.publishers import is_authority


def name_of(key: int) -> str:
    """How a release is called: L-000042."""
    return f"L-{key:06d}"


def release(session: Session, key: int) -> ListRelease:
    """The version of a release in force; raises NotThere."""
    query = select(ListRelease).where(ListRelease.key == key, ListRelease.closed_seq.is_(None))
    found = session.scalar(query, execution_options={"populate_existing": True})
    if found is None:
        raise NotThere("release")
    return found


def own_release(session: Session, key: int, organisation_id: int) -> ListRelease:
    """A release that this organisation recorded (any, for the authority); raises NotThere."""
    found = release(session, key)
    if found.publisher_id != organisation_id and not is_authority(session, organisation_id):
        raise NotThere("release")
    return found


def versions(session: Session, key: int) -> Sequence[ListRelease]:
    """Every version of a release, the newest first."""
    query = select(ListRelease).where(ListRelease.key == key)
    return session.scalars(query.order_by(ListRelease.version.desc())).all()


def releases(
    session: Session,
    *,
    publisher_id: int | None = None,
    lists: Collection[str] | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[ListRelease]:
    """The releases in force, those recorded last first: of a publisher, of some lists."""
    query = select(ListRelease).where(ListRelease.closed_seq.is_(None))
    if publisher_id is not None:
        query = query.where(ListRelease.publisher_id == publisher_id)
    if lists is not None:
        query = query.where(ListRelease.list_code.in_(lists))
    if before is not None:
        query = query.where(ListRelease.key < before)
    return session.scalars(query.order_by(ListRelease.key.desc()).limit(limit)).all()


def same_issue(row: dict[str, Any]) -> Select[int]:
    """The key of the release that is the same issue: the same list and content, and not a return
    to it; of two returns to the same content, the one of the same time (hard case 5).
    """
    query = select(ListRelease.key).where(
        ListRelease.closed_seq.is_(None),
        ListRelease.void.is_(False),
        ListRelease.list_code == row["list_code"],
        ListRelease.content_digest == row["content_digest"],
    )
    back = UpdateKind.ROLLBACK
    if row["update_kind"] == back:
        return query.where(
            ListRelease.update_kind == back, ListRelease.published_at == row["published_at"]
        )
    return query.where(ListRelease.update_kind != back)

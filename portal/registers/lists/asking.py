"""What is asked of list updates typed in: does the release say so, does the ISP apply the list?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from portal.notices.codes import UpdateKind
from portal.notices.releases.model import ListRelease
from portal.notices.releases.queries import name_of
from portal.registers.codes import ListMode
from portal.registers.lists.queries import standing_at, standings
from portal.registers.matching import Batch, Row
from portal.rows import among, chunks

# Pages ask for minutes; a publisher's clock has seconds.
_SAME = timedelta(minutes=1)
_SAID = ("list_kind", "entries_total", "serial")
_ISSUE = tuple[str, bytes, bool]


def standing(batch: Batch) -> None:
    """Own updates are of lists that the ISP applies itself; else its subscribers, or an upstream's,
    would be counted twice (chairs A5).
    """
    said = standings(batch.session, batch.isp_id)
    if not said:
        return
    for index, row in enumerate(batch.rows):
        held = standing_at(said, row["list_code"], row["published_at"])
        if held is not None and held.mode != ListMode.OWN:
            upstream = held.mode == ListMode.UPSTREAM
            code = "enforced-upstream" if upstream else "list-not-applied"
            batch.refuse(index, "list_code", code, day=held.from_on)


def released(batch: Batch) -> None:
    """Tie each row to the publisher's record of the issue; refuse what contradicts it."""
    by_issue, by_time = _releases(batch)
    for index, row in enumerate(batch.rows):
        row["release"] = None
        release = _release_of(row, by_issue)
        if release is not None:
            row["release"] = release.key
            for name in _contradictions(row, release):
                batch.refuse(index, name, "not-as-released", release=name_of(release.key))
        elif (other := _typed_otherwise(row, by_time)) is not None:
            name = name_of(other.key)
            batch.refuse(index, "content_digest", "not-the-released-content", release=name)


def _releases(batch: Batch) -> tuple[dict[_ISSUE, list[ListRelease]], dict[str, list[ListRelease]]]:
    """The releases that the rows may be of, by issue and by list."""
    by_issue: dict[_ISSUE, list[ListRelease]] = {}
    by_list: dict[str, list[ListRelease]] = {}
    times = [row["published_at"] for row in batch.rows]
    for some in chunks(sorted({row["content_digest"] for row in batch.rows})):
        near = ListRelease.published_at.between(min(times) - _SAME, max(times) + _SAME)
        query = select(ListRelease).where(
            ListRelease.closed_seq.is_(None),
            ListRelease.void.is_(False),
            ListRelease.list_code.in_({row["list_code"] for row in batch.rows}),
            or_(among(ListRelease.content_digest, some), near),
        )
        for release in batch.session.scalars(query):
            by_issue.setdefault(_issue(vars(release)), []).append(release)
            by_list.setdefault(release.list_code, []).append(release)
    return by_issue, by_list


def _issue(row: Any) -> _ISSUE:
    back = row["update_kind"] == UpdateKind.ROLLBACK
    return row["list_code"], row["content_digest"], back


def _release_of(row: Row, known: dict[_ISSUE, list[ListRelease]]) -> ListRelease | None:
    found = known.get(_issue(row), [])
    if row["update_kind"] == UpdateKind.ROLLBACK:
        found = [one for one in found if _at_once(one, row)]
    return found[0] if found else None


def _at_once(release: ListRelease, row: Row) -> bool:
    return bool(abs(release.published_at - row["published_at"]) < _SAME)


def _contradictions(row: Row, release: ListRelease) -> Iterator[str]:
    if not _at_once(release, row):
        yield "published_at"
    for name in _SAID:
        said = getattr(release, name)
        if said is not None and row[name] not in {None, said}:
            yield name
    if not _clocks(release.update_kind, release.removed) <= _clocks(
        row["update_kind"], row["removed"]
    ):
        yield "update_kind"


def _clocks(kind: UpdateKind, removed: int) -> frozenset[str]:
    """On which clocks an issue runs (indicators §4.8); no row has fewer than its release."""
    if kind == UpdateKind.EMERGENCY:
        return frozenset({"emergency"})
    if kind == UpdateKind.DELIST:
        return frozenset({"delist"})
    return frozenset({"add", "delist"} if removed else {"add"})


def _typed_otherwise(row: Row, known: dict[str, list[ListRelease]]) -> ListRelease | None:
    """A release of this very time and label whose content is another: a digest mistyped."""
    for release in known.get(row["list_code"], []):
        if _at_once(release, row) and release.version_label == row["version_label"]:
            return release
    return None

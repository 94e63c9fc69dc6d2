"""An update is recorded by picking its release: applied when, everywhere, tested (chairs B7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.entries.inputs import Given, Input, Problem, check
from portal.entries.values import When
from portal.errors import NotThere
from portal.notices.codes import UpdateKind
from portal.notices.releases.inputs import Count
from portal.notices.releases.model import ListRelease
from portal.notices.releases.queries import release as release_of
from portal.policy.queries import policy_at
from portal.registers.actions import Admission, admit
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import TestResult
from portal.registers.inputs_blocklists import BlocklistUpdateIn
from portal.registers.issues import last_issue
from portal.registers.register import REGISTERS

# What the release says of the issue, and what the ISP's entry before it says of its network.
RELEASED = (
    *("list_code", "list_kind", "update_kind", "version_label", "serial", "published_at"),
    *("entries_total", "added", "removed"),
)
_ALIKE = ("transport", "methods", "points_in_scope", "subscribers_in_scope", "stop_page")


class PickIn(Input):
    """What is asked of a release that is picked: everything else is known."""

    everywhere: bool = Field(title="Live at every point?")
    applied_at: When | None = Field(
        None, title="Applied when", description="When the last point went live."
    )
    points_live: Count | None = Field(
        None, title="Points live", description="Only if it is not live everywhere yet."
    )
    test_result: TestResult = Field(title="Tested?")
    tested_at: When | None = Field(None, title="Tested when")

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """Live everywhere has a time, live in part has a number; a test has its time."""
        yield from given.yet_to_come(v, "applied_at", "tested_at")
        if v.everywhere is True and v.applied_at is None:
            yield Problem("applied_at", "applied-when")
        if v.everywhere is False and v.applied_at is not None:
            yield Problem("applied_at", "not-yet-applied-everywhere")
        if v.everywhere is False and v.points_live is None:
            yield Problem("points_live", "points-live-how-many")
        if v.test_result is not None and v.test_result != TestResult.NOT_RUN:
            if v.tested_at is None:
                yield Problem("tested_at", "test-needs-its-time")
        elif v.tested_at is not None:
            yield Problem("test_result", "test-needs-its-result")


def may_be_picked(release: ListRelease, last: BlocklistUpdate | None) -> bool:
    """Whether three answers are enough: the ISP recorded the list before, and this is no return to
    an earlier issue, which wants a reason.
    """
    return last is not None and not release.void and release.update_kind != UpdateKind.ROLLBACK


def pick(
    session: Session, isp_id: int, key: int, value: PickIn, *, by: Actor, at: datetime
) -> Admission:
    """Record an update of a list as its release says it, with the ISP's own answers.

    Raises NotThere where it cannot be picked, and Refused as ``admit``.
    """
    release = release_of(session, key)
    last = last_issue(session, isp_id, release.list_code)
    if last is None or not may_be_picked(release, last):
        raise NotThere("release")
    policy = policy_at(session, at).policy
    row = check(BlocklistUpdateIn, _told(release, last, value, at), now=at, policy=policy)
    return admit(session, isp_id, REGISTERS["blocklists"], [row], by=by, at=at)


def _told(
    release: ListRelease, last: BlocklistUpdate, value: PickIn, at: datetime
) -> dict[str, Any]:
    said = {name: getattr(release, name) for name in RELEASED}
    said |= {name: getattr(last, name) for name in _ALIKE}
    said |= {"content_digest": release.content_digest.hex(), **_reached(last, value)}
    # When it was fetched is not asked: not later than it was live, or than now.
    said |= {"fetched_at": value.applied_at or at, "applied_at": value.applied_at}
    ran = value.test_result != TestResult.NOT_RUN
    said |= {"test_result": value.test_result, "tested_at": value.tested_at}
    return said | {"vantage_points": max(last.vantage_points, 1) if ran else 0}


def _reached(last: BlocklistUpdate, value: PickIn) -> dict[str, Any]:
    """How many points and subscribers: in proportion to the points where some are missing."""
    points, served = last.points_in_scope, last.subscribers_in_scope
    if not value.everywhere:
        live = value.points_live or 0
        return {"points_live": live, "subscribers_covered": served * min(live, points) // points}
    was_everywhere = last.points_live == points
    return {
        "points_live": points,
        "subscribers_covered": last.subscribers_covered if was_everywhere else served,
    }

"""What is typed of an issue of a list (data dictionary §2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import Note, Reference, ShortReference
from portal.entries.values import When, Whole
from portal.notices.codes import UpdateKind
from portal.notices.releases.inputs import MOST, Count, Serial, Sha256, change_rules, list_rules
from portal.policy.codes import ListKind
from portal.registers.codes import Method, StopPage, TestResult, Transport

ZONE_TRANSFERS = frozenset({Transport.RPZ_IXFR, Transport.RPZ_AXFR})
EXCEPTIONS = ("malformed", "overblock_risk", "shared_hosting", "technical")


def _several(value: Any) -> Any:
    return (
        [part for part in re.split(r"[\s,;+|]+", value) if part]
        if isinstance(value, str)
        else value
    )


class BlocklistUpdateIn(Input):
    """What is known of one issue of one permitted list; the list itself is never uploaded."""

    own_ref: Reference | None = Field(
        None,
        title="Your own ticket number",
        description="Recording the same ticket twice changes nothing.",
    )
    list_code: str = Field(title="List", json_schema_extra={"x-widget": "select"})
    list_kind: ListKind = Field(title="Kind of entries", json_schema_extra={"x-widget": "select"})
    update_kind: UpdateKind = Field(title="Kind of update")
    transport: Transport = Field(title="How it came")
    version_label: ShortReference | None = Field(None, title="Publisher's version label")
    serial: Serial | None = Field(
        None, title="Zone serial", description="The SOA serial; needed for an RPZ zone."
    )
    content_digest: Sha256 = Field(
        title="Digest of the issue",
        description="SHA-256 of the file you received, 64 signs of 0-9 and a-f.",
    )
    published_at: When = Field(title="Published")
    fetched_at: When = Field(title="Fetched")
    applied_at: When | None = Field(
        None,
        title="Applied everywhere",
        description="When the last point went live; empty until then.",
    )
    entries_total: Count = Field(title="Entries in all")
    added: Count = Field(0, title="Added")
    removed: Count = Field(0, title="Removed")
    malformed: Count = Field(0, title="Left out: malformed")
    overblock_risk: Count = Field(0, title="Left out: risk of blocking too much")
    shared_hosting: Count = Field(0, title="Left out: shared hosting")
    technical: Count = Field(0, title="Left out: technical reason")
    methods: Annotated[frozenset[Method], BeforeValidator(_several), Field(min_length=1)] = Field(
        title="Methods", description="All that apply."
    )
    points_in_scope: Annotated[Whole, Field(ge=1, le=MOST)] = Field(
        title="Enforcement points",
        description="Resolvers, proxies or servers that must apply the list.",
    )
    points_live: Count = Field(title="Points live")
    subscribers_in_scope: Count = Field(title="Subscribers in scope")
    subscribers_covered: Count = Field(title="Subscribers covered")
    stop_page: StopPage = Field(title="Stop page shown")
    test_result: TestResult = Field(
        TestResult.NOT_RUN,
        title="Test",
        description="With the publisher's harmless test entry only.",
    )
    tested_at: When | None = Field(None, title="Tested")
    vantage_points: Count = Field(0, title="Tested from so many points")
    hits_blocked: Annotated[Whole, Field(ge=0, le=2**53)] | None = Field(
        None,
        title="Requests stopped in the month",
        description="One number for all subscribers together.",
    )
    note: Note | None = Field(
        None,
        title="Note",
        description="No addresses, names or numbers.",
        json_schema_extra={"x-widget": "textarea"},
    )

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """The rules between the fields."""
        yield from _list(v, given)
        yield from _times(v, given)
        yield from _counts(v)
        yield from _coverage(v)
        yield from _tests(v)
        if v.transport in ZONE_TRANSFERS and v.serial is None:
            yield Problem("serial", "zone-needs-its-serial")
        if v.update_kind == UpdateKind.ROLLBACK and v.note is None:
            yield Problem("note", "rollback-needs-a-reason")

    def columns(self) -> dict[str, Any]:
        """As typed, with the digest as bytes and the methods in one text."""
        return {
            **self.__dict__,
            "content_digest": bytes.fromhex(self.content_digest),
            "methods": " ".join(sorted(self.methods)),
        }


def _list(v: Any, given: Given) -> Iterator[Problem]:
    yield from list_rules(v, given)
    if v.list_kind is None or not v.methods:
        return
    matches_hashes = Method.HASH_MATCH_UPLOAD in v.methods
    if v.list_kind.startswith("HASH_") != matches_hashes or (matches_hashes and len(v.methods) > 1):
        yield Problem("methods", "not-a-method-of-this-kind")


def _times(v: Any, given: Given) -> Iterator[Problem]:
    yield from given.yet_to_come(v, "published_at", "fetched_at", "applied_at", "tested_at")
    if not given.in_order(v.published_at, v.fetched_at):
        yield Problem("fetched_at", "fetched-before-published")
    if not given.in_order(v.fetched_at, v.applied_at):
        yield Problem("applied_at", "applied-before-fetched")


def _counts(v: Any) -> Iterator[Problem]:
    left_out = [getattr(v, name) for name in EXCEPTIONS]
    if None not in {*left_out, v.entries_total} and sum(left_out) > v.entries_total:
        yield Problem("entries_total", "more-left-out-than-there-are")
    yield from change_rules(v)


def _coverage(v: Any) -> Iterator[Problem]:
    if None not in {v.points_live, v.points_in_scope}:
        if v.points_live > v.points_in_scope:
            yield Problem("points_live", "more-live-than-in-scope")
        elif v.points_live < v.points_in_scope and v.applied_at is not None:
            yield Problem("applied_at", "not-yet-applied-everywhere")
        elif v.points_live == v.points_in_scope and v.applied_at is None:
            yield Problem("applied_at", "applied-when")
    reached, meant = v.subscribers_covered, v.subscribers_in_scope
    if None not in {reached, meant} and reached > meant:
        yield Problem("subscribers_covered", "more-covered-than-in-scope")


def _tests(v: Any) -> Iterator[Problem]:
    if v.test_result is None:
        return
    ran = v.test_result != TestResult.NOT_RUN
    if ran and v.tested_at is None:
        yield Problem("tested_at", "test-needs-its-time")
    if not ran and v.tested_at is not None:
        yield Problem("test_result", "test-needs-its-result")
    if ran and v.vantage_points == 0:
        yield Problem("vantage_points", "test-needs-a-point")

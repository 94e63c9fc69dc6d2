"""What is typed of a release of a list, by its publisher or by an ISP that applied it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import ShortReference
from portal.entries.values import When, Whole
from portal.notices.codes import UpdateKind
from portal.policy.codes import ListKind

MOST = 2**31 - 1
Count = Annotated[Whole, Field(ge=0, le=MOST)]
Serial = Annotated[Whole, Field(ge=0, le=2**32 - 1)]
Sha256 = Annotated[
    str,
    StringConstraints(to_lower=True, pattern=r"^[0-9a-fA-F]{64}$"),
    BeforeValidator(lambda v: "".join(v.split()) if isinstance(v, str) else v),
]


class ListReleaseIn(Input):
    """A release as its publisher records it: what ISPs need to recognise it, and nothing in it."""

    list_code: str = Field(title="List", json_schema_extra={"x-widget": "select"})
    list_kind: ListKind = Field(title="Kind of entries", json_schema_extra={"x-widget": "select"})
    update_kind: UpdateKind = Field(title="Kind of update")
    version_label: ShortReference | None = Field(None, title="Publisher's version label")
    serial: Serial | None = Field(
        None, title="Zone serial", description="The SOA serial, where it is an RPZ zone."
    )
    content_digest: Sha256 = Field(
        title="Digest of the issue",
        description="SHA-256 of the file as you give it out, 64 signs of 0-9 and a-f.",
    )
    published_at: When = Field(title="Published")
    entries_total: Count = Field(title="Entries in all")
    added: Count = Field(0, title="Added")
    removed: Count = Field(0, title="Removed")

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """The rules between the fields; they are those of an ISP's entry, too."""
        yield from list_rules(v, given)
        yield from given.yet_to_come(v, "published_at")
        yield from change_rules(v)

    def columns(self) -> dict[str, Any]:
        """As typed, with the digest as bytes."""
        return {**self.__dict__, "content_digest": bytes.fromhex(self.content_digest)}


def list_rules(v: Any, given: Given) -> Iterator[Problem]:
    """The list is one that the policy permits, and holds entries of this kind."""
    kinds = {x.code: x.kinds for x in given.policy.permitted_lists}
    if v.list_code is not None and v.list_code not in kinds:
        yield Problem("list_code", "not-a-permitted-list")
    elif None not in {v.list_code, v.list_kind} and v.list_kind not in kinds[v.list_code]:
        yield Problem("list_kind", "not-a-kind-of-this-list")


def change_rules(v: Any) -> Iterator[Problem]:
    """What was added and removed fits the kind of update and the whole."""
    if None in {v.entries_total, v.added, v.removed}:
        return
    if v.added > v.entries_total:
        yield Problem("added", "more-added-than-there-are")
    if v.update_kind == UpdateKind.ADD and v.removed:
        yield Problem("removed", "additions-remove-nothing")
    if v.update_kind == UpdateKind.DELIST and v.added:
        yield Problem("added", "removals-add-nothing")

"""List releases: who records them, what is refused, what an ISP picks from them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, OrganisationKind, Role
from portal.accounts.actions import Naming, found
from portal.entries.codes import CorrectionReason
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.errors import NotThere, Refused
from portal.notices.releases.actions import correct, record, void
from portal.notices.releases.model import ListRelease
from portal.notices.releases.publishers import name_publisher
from portal.notices.releases.queries import release
from portal.notices.releases.refusals import (
    CannotPublish,
    NotAPublisher,
    PublishesInThePast,
    ReleaseKnown,
    ReleaseVoid,
)
from portal.registers import REGISTERS
from portal.registers.actions import admit
from portal.registers.blocklists import BlocklistUpdate
from portal.trail import verify
from tests.build import FOUNDER, NOW, START, a_release, an_authority, an_isp, an_officer, an_update

IWOL = "INTERPOL_IWOL"


class Street:
    """An authority, a publisher of one list, and an ISP."""

    def __init__(self, session: Session) -> None:
        self.session, self.authority = session, an_authority(session)
        self.officer = an_officer(session, self.authority, Role.POLICY_OFFICER)
        self.body = self.founded("publisher", OrganisationKind.NOTIFIER)
        self.publisher = an_officer(session, self.body, Role.NOTIFIER, "Keo Publisher")
        self.isp = an_isp(session)
        self.preparer = an_officer(session, self.isp, Role.PREPARER, "Sok Preparer")

    def founded(self, slug: str, kind: OrganisationKind) -> Organisation:
        naming = Naming(f"Fictional {slug}", f"Fictional {slug} (KM)", f"N-{slug}")
        return found(self.session, kind, slug, naming, by=FOUNDER, at=START)

    def names(self, code: str = IWOL, from_on: date | None = None, **over: Any) -> None:
        day = from_on or NOW.date()
        name_publisher(
            self.session, self.body.id, code, from_on=day, by=self.officer, at=NOW, **over
        )

    def records(self, by: Actor | None = None, **over: Any) -> int:
        value = a_release(self.session, **over)
        return record(self.session, value, by=by or self.publisher, at=NOW)

    def logs(self, **over: Any) -> BlocklistUpdate:
        rows = [an_update(self.session, **over)]
        done = admit(
            self.session, self.isp.id, REGISTERS["blocklists"], rows, by=self.preparer, at=NOW
        )
        mine = BlocklistUpdate.key == done.keys[0]
        return self.session.scalars(select(BlocklistUpdate).where(mine)).one()

    def refused(self, **over: Any) -> list[tuple[str | None, str]]:
        """What an ISP's update is refused for."""
        with pytest.raises(Refused) as refusal:
            self.logs(**over)
        return [(field, code) for field, code, _ in refusal.value.problems]


@pytest.fixture
def street(session: Session) -> Street:
    return Street(session)


def test_only_a_named_publisher_or_the_authority_records(street: Street) -> None:
    with pytest.raises(NotAPublisher):
        street.records()
    with pytest.raises(NotAPublisher):
        street.records(by=street.preparer)
    street.names()
    street.records()
    with pytest.raises(NotAPublisher):
        street.records(list_code="NATIONAL_CSAM", content_digest="ab" * 32)
    street.records(by=street.officer, list_code="NATIONAL_CSAM", content_digest="ab" * 32)

    assert verify(street.session) == []


def test_a_publisher_begins_and_ends_today_or_later(street: Street) -> None:
    with pytest.raises(PublishesInThePast):
        street.names(from_on=NOW.date() - timedelta(days=1))
    street.names(from_on=NOW.date() + timedelta(days=1))
    with pytest.raises(NotAPublisher):
        street.records()
    with pytest.raises(CannotPublish):
        name_publisher(
            street.session, street.isp.id, IWOL, from_on=NOW.date(), by=street.officer, at=NOW
        )
    with pytest.raises(Refused):
        street.names("NO_SUCH_LIST")
    with pytest.raises(NotThere):
        name_publisher(street.session, 999, IWOL, from_on=NOW.date(), by=street.officer, at=NOW)


def test_case_05_a_release_is_known_by_list_and_content(street: Street) -> None:
    street.names()
    street.records()
    with pytest.raises(ReleaseKnown) as twice:
        street.records(version_label="another", published_at="2026-10-13 12:00")
    assert twice.value.params == {"entry": "L-000001"}
    # The same label with other content is another issue; going back brings old content again.
    street.records(content_digest="cd" * 32, published_at="2026-10-13 12:00")
    back = {"update_kind": "ROLLBACK", "published_at": "2026-10-14 12:00"}
    street.records(**back)
    with pytest.raises(ReleaseKnown):
        street.records(**back)


def test_a_list_that_is_not_permitted_has_no_releases(street: Street) -> None:
    with pytest.raises(Refused) as refusal:
        a_release(street.session, list_code="SOME_LIST")
    assert [code for _, code, _ in refusal.value.problems] == ["not-a-permitted-list"]
    with pytest.raises(Refused) as refusal:
        a_release(
            street.session, list_kind="URL", published_at="2026-12-01 10:00", added=6000, removed=3
        )
    assert {code for _, code, _ in refusal.value.problems} == {
        "not-a-kind-of-this-list", "in-the-future", "more-added-than-there-are",
        "additions-remove-nothing",
    }  # fmt: skip


def test_a_release_is_corrected_and_said_never_to_have_been(street: Street) -> None:
    street.names()
    key = street.records()
    value = a_release(street.session, entries_total=5001)
    typo = {"reason": CorrectionReason.TYPING_ERROR, "by": street.publisher, "at": NOW}
    assert correct(street.session, key, value, expects=1, **typo) == 2
    with pytest.raises(ChangedMeanwhile):
        correct(street.session, key, value, expects=1, **typo)
    with pytest.raises(Unchanged):
        correct(street.session, key, value, expects=2, **typo)
    body = street.founded("other", OrganisationKind.NOTIFIER)
    other = an_officer(street.session, body, Role.NOTIFIER)
    with pytest.raises(NotThere):
        void(street.session, key, expects=2, by=other, at=NOW)
    void(street.session, key, expects=2, by=street.officer, at=NOW)
    with pytest.raises(ReleaseVoid):
        void(street.session, key, expects=3, by=street.publisher, at=NOW)
    assert release(street.session, key).void
    street.records()  # rightly, this time
    assert verify(street.session) == []
    digests = street.session.scalars(select(ListRelease.digest))
    assert len(set(digests)) == 4


def test_an_update_is_tied_to_its_release(street: Street) -> None:
    assert street.logs(content_digest="11" * 32, version_label="10").release is None
    street.names()
    key = street.records()
    assert street.logs(update_kind="ADD", removed=0, published_at="2026-10-12 12:00").release == key


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"published_at": "2026-10-12 11:00"}, "published_at"),
        ({"published_at": "2026-10-12 12:20"}, "published_at"),
        ({"entries_total": 4999}, "entries_total"),
        ({"serial": 7}, "serial"),
        ({"update_kind": "EMERGENCY"}, "update_kind"),
        ({"update_kind": "DELIST", "added": 0}, "update_kind"),
    ],
)
def test_what_contradicts_the_release_is_refused(
    street: Street, over: dict[str, Any], field: str
) -> None:
    street.names()
    street.records()
    assert street.refused(**over) == [(field, "not-as-released")]


def test_another_digest_than_the_released_one_is_refused(street: Street) -> None:
    street.names()
    street.records()
    assert street.refused(content_digest="12" * 32) == [
        ("content_digest", "not-the-released-content")
    ]


def test_removals_released_are_not_logged_as_additions_alone(street: Street) -> None:
    street.names()
    street.records(update_kind="MIXED", removed=4)
    assert street.refused(update_kind="ADD", removed=0) == [("update_kind", "not-as-released")]
    assert street.logs(removed=9).release is not None  # rebased over an issue passed over

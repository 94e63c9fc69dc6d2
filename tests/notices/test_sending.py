"""A notifier records what it sent: once, to licensed ISPs, under its own name, never a locator."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts import LicenceKind, LicenceStatus
from portal.accounts.licensing import license_isp
from portal.entries.codes import CorrectionReason
from portal.entries.entry import line_digest
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.errors import NotThere, Refused
from portal.ledger import SYSTEM, sequence
from portal.notices.actions import address, correct, send
from portal.notices.codes import ActKind, SourceType
from portal.notices.counting import count_month
from portal.notices.inputs import MonthCountIn, NoticeIn
from portal.notices.model import Notice, NoticeAct, NoticeIsp
from portal.notices.notifiers import admit_notifier
from portal.notices.queries import month_counts, received_notice, sent, versions
from portal.notices.refusals import (
    ActedOnAlready,
    AlreadyAddressed,
    BoundInThePast,
    MonthNotOver,
    NobodyAddressed,
    NoSuchItems,
    NotANotifier,
    NotASender,
    ReferenceUsed,
)
from portal.period import Period
from portal.trail import Event, verify
from tests.build import FOUNDER, NOW, START, made
from tests.notices.street import NOTICE, Street


def columns(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def test_a_notice_stands_in_the_systems_chain_and_in_that_of_each_isp(street: Street) -> None:
    notice = street.sends(street.mekong, street.tonle)

    session = street.session
    rows = session.scalars(select(NoticeIsp).order_by(NoticeIsp.isp_id)).all()
    assert [row.isp_id for row in rows] == sorted(
        [street.mekong.organisation_id, street.tonle.organisation_id]
    )
    assert all(row.line == notice.digest for row in rows)
    assert all(row.admitted_seq == sequence(session, row.isp_id) for row in rows)
    assert notice.admitted_seq == sequence(session, SYSTEM)
    kinds = session.scalars(select(Event.kind).where(Event.subject == "N-000001")).all()
    assert sorted(kinds) == ["notice.addressed", "notice.addressed", "notice.sent"]
    assert verify(session) == []


def test_every_line_of_it_performs_again_and_the_reference_is_sealed(street: Street) -> None:
    notice = street.sends()
    street.says(ActKind.WITHDRAWN, "13 09:00")

    session = street.session
    for row in [notice, *session.scalars(select(NoticeIsp)), *session.scalars(select(NoticeAct))]:
        assert line_digest(type(row), columns(row)) == row.digest
    assert notice.source_ref_salt is not None
    facts = session.scalars(select(Event.facts)).all()
    assert not any(notice.source_ref in fact for fact in facts)


@pytest.mark.parametrize(
    "typed",
    [
        "https://example.org/a",
        "example.org",
        "192.0.2.17",
        "someone@example.org",
        "+855 12 345 678",
    ],
)
def test_a_reference_that_could_be_a_place_is_refused(street: Street, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        made(street.session, NoticeIn, {**NOTICE, "source_ref": typed})

    assert [problem[:2] for problem in refused.value.problems] == [
        ("source_ref", "looks-like-locator")
    ]


def test_a_notice_obeys_the_rules_of_the_entry_that_will_be_made_of_it(street: Street) -> None:
    wrong = {"instrument": "ORDER", "hosting_country": "US", "assessed_by": "PROVIDER_UNVERIFIED"}
    with pytest.raises(Refused) as refused:
        made(street.session, NoticeIn, {**NOTICE, **wrong})

    assert {code for _, code, _ in refused.value.problems} == {
        "orders-come-from-authorities",
        "hosted-elsewhere",
        "assessment-needs-a-body",
    }


def test_a_reference_is_used_once_by_one_notifier(street: Street) -> None:
    street.sends()
    with pytest.raises(ReferenceUsed):
        street.sends(street.tonle)

    street.sends(by=street.police, source_type="POLICE", assessed_by="POLICE")
    assert len(street.session.scalars(select(Notice)).all()) == 2


def test_nobody_sends_under_anothers_name(street: Street) -> None:
    with pytest.raises(NotANotifier):
        street.sends(source_type="POLICE")
    with pytest.raises(NotANotifier):
        street.sends(by=street.mekong)
    assert street.session.scalars(select(Notice)).all() == []


def test_a_notice_to_nobody_or_to_a_closed_licence_changes_nothing(street: Street) -> None:
    session, isp = street.session, street.tonle.organisation_id
    license_isp(
        session, isp, "L-tonle-net", LicenceKind.FIXED_ISP, from_on=date(2025, 9, 1),
        until_on=date(2026, 10, 11), status=LicenceStatus.REVOKED, by=FOUNDER, at=START,
    )  # fmt: skip
    before = sequence(session, SYSTEM), sequence(session, street.mekong.organisation_id)
    with pytest.raises(Refused) as refused:
        street.sends(street.mekong, street.tonle)

    assert [(f, code, p["isp"]) for f, code, p in refused.value.problems] == [
        ("isps", "licence-closed", isp)
    ]
    with pytest.raises(NobodyAddressed):
        send(session, made(session, NoticeIn, NOTICE), [], by=street.hotline, at=street.at)
    assert before == (sequence(session, SYSTEM), sequence(session, street.mekong.organisation_id))


def test_a_correction_is_the_next_version_for_every_isp(street: Street) -> None:
    first = street.sends(street.mekong, street.tonle)
    session, isp = street.session, street.mekong.organisation_id
    before = sequence(session, isp)
    value = made(session, NoticeIn, {**NOTICE, "items": 5})
    second = correct(
        session, first.key, value, expects=1, reason=CorrectionReason.TYPING_ERROR,
        by=street.hotline, at=street.later(),
    )  # fmt: skip

    assert (second.version, second.items) == (2, 5)
    assert [row.items for row in versions(session, first.key)] == [3, 5]
    assert received_notice(session, street.tonle.organisation_id, first.key)[0].items == 5
    assert [row.items for row in session.scalars(sent(isp, before))] == [3]
    assert [row.items for row in session.scalars(sent(isp, None))] == [5]
    assert verify(session) == []


def test_a_correction_meets_who_was_faster_and_what_was_said_already(street: Street) -> None:
    notice = street.sends()
    session = street.session

    def corrects(expects: int = 1, **over: Any) -> None:
        correct(
            session, notice.key, made(session, NoticeIn, {**NOTICE, **over}), expects=expects,
            reason=CorrectionReason.TYPING_ERROR, by=street.hotline, at=street.later(),
        )  # fmt: skip

    with pytest.raises(ChangedMeanwhile):
        corrects(expects=2, items=4)
    with pytest.raises(Unchanged):
        corrects()
    street.says(ActKind.WITHDRAWN, "13 09:00", [3])
    with pytest.raises(ActedOnAlready):
        corrects(items=2)
    with pytest.raises(ActedOnAlready):
        corrects(source_ref="IHC-2026-0418")
    corrects(items=4)


def test_a_notice_can_go_to_further_isps_but_not_twice_to_one(street: Street) -> None:
    notice = street.sends()
    further = [street.tonle.organisation_id]
    address(street.session, notice.key, further, by=street.hotline, at=street.later())

    assert received_notice(street.session, further[0], notice.key)[0].key == notice.key
    with pytest.raises(AlreadyAddressed):
        address(street.session, notice.key, further, by=street.hotline, at=street.later())


def test_a_notice_of_another_is_not_there(street: Street) -> None:
    notice = street.sends()
    session = street.session
    with pytest.raises(NotThere):
        street.says(ActKind.WITHDRAWN, "13 09:00", by=street.police)
    with pytest.raises(NotThere):
        address(session, notice.key, [street.tonle.organisation_id], by=street.police, at=NOW)
    with pytest.raises(NotThere):
        received_notice(session, street.tonle.organisation_id, notice.key)
    with pytest.raises(NotThere):
        street.says(ActKind.WITHDRAWN, "13 09:00", to=street.tonle)


@pytest.mark.parametrize("item_nos", [[], [0], [4], [1, 4]])
def test_an_act_speaks_of_items_that_are_there(street: Street, item_nos: list[int]) -> None:
    street.sends()
    with pytest.raises(NoSuchItems):
        street.says(ActKind.WITHDRAWN, "13 09:00", item_nos)


def test_an_act_follows_from_what_was_said_before(street: Street) -> None:
    street.sends()
    street.says(ActKind.CONFIRMED_GONE, "13 09:00", [1])
    street.says(ActKind.WITHDRAWN, "13 09:00", [2])
    for code, kind, item in (
        ("send-a-new-notice", ActKind.STILL_UP, 1),
        ("already-confirmed", ActKind.CONFIRMED_GONE, 1),
        ("already-withdrawn", ActKind.WITHDRAWN, 2),
        ("already-withdrawn", ActKind.CONFIRMED_GONE, 2),
        ("nothing-refused", ActKind.REFUSAL_CONFIRMED, 3),
    ):
        with pytest.raises(Refused) as refused:
            street.says(kind, "14 09:00", [item])
        assert [(c, p["item"]) for _, c, p in refused.value.problems] == [(code, item)]
    with pytest.raises(Refused, match="several"):
        street.says(ActKind.STILL_UP, "12 08:00", [3])
    street.says(ActKind.STILL_UP, "14 09:00", [2])


def test_only_who_can_look_confirms_that_something_is_gone(street: Street) -> None:
    officer, session = street.policy_officer, street.session
    admit_notifier(
        session, officer.organisation_id, SourceType.COURT, from_on=date(2026, 11, 5), sole=False,
        by=officer, at=NOW,
    )  # fmt: skip
    notice = street.sends(by=officer, source_type="COURT", instrument="ORDER")
    with pytest.raises(Refused) as refused:
        street.says(ActKind.CONFIRMED_GONE, "13 09:00", notice=notice.key, by=officer)
    assert [code for _, code, _ in refused.value.problems] == ["only-these-confirm"]


def test_who_sends_is_said_by_day_and_never_for_the_past(street: Street) -> None:
    session, officer = street.session, street.policy_officer
    common = {"by": officer, "at": NOW}
    with pytest.raises(BoundInThePast):
        admit_notifier(
            session, officer.organisation_id, SourceType.COURT, from_on=date(2026, 11, 4),
            sole=True, **common,
        )  # fmt: skip
    with pytest.raises(NotASender):
        admit_notifier(
            session, street.mekong.organisation_id, SourceType.COURT, from_on=date(2026, 11, 5),
            sole=True, **common,
        )  # fmt: skip
    admit_notifier(
        session, street.hotline.organisation_id, SourceType.HOTLINE_NATIONAL,
        from_on=date(2025, 9, 1), until_on=date(2026, 11, 5), sole=True, **common,
    )  # fmt: skip
    street.sends()
    street.at += timedelta(days=1)
    with pytest.raises(NotANotifier):
        street.sends(source_ref="IHC-2026-0999")


def test_a_month_is_counted_when_it_is_over_and_corrected_by_versions(street: Street) -> None:
    session, october = street.session, Period(2026, 10)
    counts = made(session, MonthCountIn, {"received": 120, "assessed": 110, "sent": 33})
    who = {"by": street.hotline, "at": street.at}
    with pytest.raises(MonthNotOver):
        count_month(session, Period(2026, 11), counts, expects=0, **who)
    count_month(session, october, counts, expects=0, **who)
    with pytest.raises(ChangedMeanwhile):
        count_month(session, october, counts, expects=0, **who)
    with pytest.raises(Unchanged):
        count_month(session, october, counts, expects=1, **who)
    count_month(
        session,
        october,
        made(session, MonthCountIn, {"received": 120, "assessed": 110, "sent": 34}),
        expects=1,
        **who,
    )
    with pytest.raises(NotThere):
        count_month(session, october, counts, expects=0, by=street.mekong, at=street.at)

    [row] = month_counts(session, street.hotline.organisation_id)
    assert (row.version, row.received, row.assessed, row.sent) == (2, 120, 110, 34)
    assert verify(session) == []

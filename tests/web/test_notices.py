"""Notices by page, file and command: who sends them, who gets them, and nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.notices.model import Notice, NoticeAct
from portal.period import Period
from portal.registers.takedowns import Takedown
from portal.returns.actions import declare_opening, file, prepare
from tests.town import Town
from tests.visitors import Visitor

TYPED: dict[str, Any] = {
    "source_type": "HOTLINE_NATIONAL",
    "source_ref": "IHC-2026-0417",
    "items": "3",
    "instrument": "NOTICE",
    "legal_basis": "ECOM_2019_24_25",
    "priority": "P2_STANDARD",
    "issued_at": "2026-10-12T09:00",
    "service_role": "HOSTING",
    "locator_kind": "URL",
    "hosting_country": "KH",
    "harm": "CSAM",
    "assessment": "BASELINE",
    "assessed_by": "HOTLINE",
    "isps": ["mekong-net", "tonle-net"],
}
HEAD = (
    "source_type,source_ref,items,instrument,legal_basis,priority,issued_at,service_role,"
    "locator_kind,hosting_country,harm,assessment,assessed_by,isps"
)


def sent(town: Town, **over: Any) -> Visitor:
    """The hotline has recorded a notice to Mekong Net and Tonle Net; its officer looks at it."""
    return town.visit("rith").opens("/notices/new").fills_in(**{**TYPED, **over})


def row(**over: str) -> str:
    typed = {**TYPED, "issued_at": "2026-10-12 09:00", "isps": "mekong-net tonle-net", **over}
    return ",".join(typed[name] for name in HEAD.split(","))


def test_a_notifier_records_what_it_sent_and_sees_where_it_stands(town: Town) -> None:
    officer = sent(town)

    assert officer.heading == "N-000001"
    assert "IHC-2026-0417" in officer.text
    assert "Mekong Net 3 0 0 0" in officer.text
    officer.opens("/notices").follows("N-000001").follows("Mekong Net")
    assert officer.text.count("Not logged") == 3


def test_what_is_wrong_is_said_at_once_and_nothing_is_recorded(town: Town) -> None:
    officer = town.visit("rith").opens("/notices/new")
    wrong = {**TYPED, "source_ref": "https://example.org/x", "hosting_country": "US"}
    officer.fills_in(422, **wrong)

    assert len(officer.errors()) == 2
    assert "example.org" not in officer.text
    sent(town)
    again = town.visit("rith").opens("/notices/new").fills_in(409, **TYPED)
    assert "N-000001" in again.text
    with town.session() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_nobody_else_sees_or_acts_on_a_notice(town: Town) -> None:
    """chairs A1."""
    officer = sent(town)
    for path in ("/notices/1", "/notices/1/isps/mekong-net", "/notices/1/corrections/new"):
        town.visit("vann").opens(path, 404)
        town.visit("sok").opens(path, 404)
        for name in ("chea", "tep", "ly", "chan"):
            town.visit(name).opens(path, 403)
    police = town.visit("vann").opens("/notices")
    assert "IHC-2026-0417" not in police.text
    police.opens("/notices/new")
    token = police.page.xpath("//input[@name='csrf_token']/@value")[0]
    for act in ("isps", "corrections", "isps/mekong-net/acts"):
        answer = police.client.post(f"/notices/1/{act}", data={"csrf_token": token})
        assert answer.status_code == 404, act
    officer.opens("/notices/1/isps/small-net", 404)
    for path in ("/registers", "/returns", "/reviews", "/received", "/trail", "/certificates"):
        officer.opens(path, 403)


def test_an_isp_sees_what_was_sent_to_it_alone(town: Town) -> None:
    sent(town)
    preparer = town.visit("chea").opens("/received")
    assert "N-000001" in preparer.text
    assert "1–3" in preparer.text
    for path in ("/received/1", "/received/1/matches/1/undoing"):
        town.visit("small").opens(path, 404)
        for name in ("sok", "rith", "ly"):
            town.visit(name).opens(path, 403)
    stranger = town.visit("small").opens("/received")
    assert "N-000001" not in stranger.text
    stranger.opens("/registers/takedowns/entries/new")
    token = stranger.page.xpath("//input[@name='csrf_token']/@value")[0]
    for act in ("entries", "matches/1/undoing"):
        answer = stranger.client.post(f"/received/1/{act}", data={"csrf_token": token})
        assert answer.status_code == 404, act


def test_what_was_not_logged_is_taken_in_with_one_tap(town: Town) -> None:
    sent(town)
    preparer = town.visit("chea").opens("/received").follows("N-000001")
    assert "3 items are not logged" in preparer.text
    preparer.presses("Take into the register")

    assert "3 entries recorded." in preparer.text
    assert "not logged" not in preparer.text
    with town.session() as session:
        rows = session.scalars(select(Takedown).order_by(Takedown.key)).all()
        assert [(r.item_no, r.source_ref, r.received_at) for r in rows] == [
            (no, "IHC-2026-0417", town.now) for no in (1, 2, 3)
        ]


def test_the_sender_takes_items_back_and_the_entry_says_so(town: Town) -> None:
    officer = sent(town)
    town.visit("chea").opens("/received/1").presses("Take into the register")
    town.moves_to("2026-11-05 12:00")
    officer = town.visit("rith").opens("/notices/1/isps/mekong-net")
    officer.fills_in(form="acts", kind="WITHDRAWN", occurred_at="2026-11-05T11:00", items="1, 3")

    assert "Recorded for 2 items." in officer.text
    entry = town.visit("chea").opens("/registers/takedowns/entries/1")
    assert "Closed" in entry.text
    kinds = entry.page.xpath("//select[@id='kind']/option/@value")
    assert kinds
    assert not {"WITHDRAWN", "REOPENED", "REFUSAL_CONFIRMED"} & set(kinds)
    entry.opens("/registers/takedowns/entries/2/events/new?kind=WITHDRAWN")
    entry.fills_in(409, occurred_at="2026-11-05T11:30", reference="IHC-1")
    assert "The sender of this notice uses the portal" in entry.text
    again = town.visit("rith").opens("/notices/1/isps/mekong-net")
    again.fills_in(409, form="acts", kind="WITHDRAWN", occurred_at="2026-11-05T11:00", items="1")
    assert "Item" in again.errors()[0] or "withdrawn" in again.errors()[0]


@pytest.mark.parametrize("typed", ["4", "0", "2-1", "one", "1;;x"])
def test_items_are_numbers_of_the_notice(town: Town, typed: str) -> None:
    officer = sent(town).follows("Mekong Net")
    said = {"kind": "WITHDRAWN", "occurred_at": "2026-10-13T09:00", "items": typed}
    refused = 409 if typed[0] in "420" else 422
    officer.fills_in(refused, form="acts", **said)

    assert officer.errors()
    with town.session() as session:
        assert session.scalars(select(NoticeAct)).all() == []


def test_a_wrong_match_is_undone_with_a_reason(town: Town) -> None:
    sent(town)
    preparer = town.visit("chea").opens("/received/1").presses("Take into the register")
    preparer.follows("This is not it: TD-000002").fills_in(reason="OTHER_SENDER")

    assert "1 item is not logged" in preparer.text
    assert "TD-000002 is not this notice's" in preparer.text


def test_a_notice_is_corrected_and_sent_to_further_isps(town: Town) -> None:
    officer = sent(town)
    officer.follows("Correct this notice").fills_in(items="4", reason="TYPING_ERROR")
    assert "Version 2" in officer.text
    assert "Mekong Net 4 0 0 0" in officer.text
    officer.fills_in(form="isps", isps=["small-net"])
    assert "Small Net 4 0 0 0" in officer.text
    assert "N-000001" in town.visit("small").opens("/received").text


def test_a_month_is_counted_by_page(town: Town) -> None:
    officer = town.visit("rith").opens("/notices").follows("Monthly counts")
    officer.follows("October 2026").fills_in(received="120", assessed="110", sent="33")
    assert "2026-10 120 110 33" in officer.text
    officer.opens("/notices/counts/2026-11").fills_in(409, received="1", assessed="1", sent="1")
    town.visit("chea").opens("/notices/counts", 403)


def test_a_file_of_notices_comes_in_whole_or_not_at_all(town: Town, tmp_path: Path) -> None:
    officer = town.visit("rith").opens("/notices/files/new")
    rows = [HEAD, row(source_ref="A-1"), row(source_ref="A-1"), row(source_ref="www.example.org")]
    officer.fills_in(422, file=("notices.csv", "\n".join(rows).encode()))
    assert "Row 4" in officer.text
    assert "example.org" not in officer.text
    officer.opens("/notices/files/new")
    rows = [HEAD, row(source_ref="A-1"), row(source_ref="A-1"), row(source_ref="A-2", isps="x")]
    officer.fills_in(422, file=("notices.csv", "\n".join(rows).encode()))
    assert "You used this reference before" in officer.text
    assert "belong to no ISP" in officer.text
    with town.session() as session:
        assert session.scalars(select(Notice)).all() == []
    path = tmp_path / "notices.csv"
    path.write_text("\n".join([HEAD, row(source_ref="A-1"), row(source_ref="A-2")]))
    assert "2 notices recorded." in town.runs(
        "notices", "send", str(path), "--as", "rith@example.org"
    )
    assert "A-2" in town.visit("rith").opens("/notices").text
    assert "Nothing was recorded" in town.runs(
        "notices", "send", str(path), "--as", "rith@example.org", expect=1
    )
    assert "nobody who may do this" in town.runs(
        "notices", "send", str(path), "--as", "chea@example.org", expect=2
    )


def test_the_authority_admits_who_sends(town: Town) -> None:
    said = ("notices", "admit", "regulator", "COURT", "--from", "2026-11-05", "--as")
    assert "sends notices as COURT" in town.runs(*said, "pich@example.org")
    town.runs(*said, "rith@example.org", expect=2)
    officer = town.visit("sok").opens("/notices/new")
    officer.fills_in(**{**TYPED, "source_type": "COURT", "instrument": "ORDER"})
    assert officer.heading == "N-000001"


def test_a_month_before_filing_says_what_was_sent_and_not_logged(town: Town) -> None:
    sent(town)
    preparer = town.visit("chea").opens("/returns/2026-10")
    assert "that you have not logged: 3." in preparer.text
    preparer.opens("/received/1").fills_in(received_at="2026-10-12T09:10")
    assert "that you have not logged" not in preparer.opens("/returns/2026-10").text


def test_a_review_shows_the_other_side_as_of_what_was_filed(town: Town) -> None:
    sent(town)
    isp, october, chea = town.bodies["mekong-net"], Period(2026, 10), town.actors["chea"]
    with town.session() as session:
        from_page = {"by": chea, "at": town.now}
        declare_opening(session, isp, october, 0, **from_page)
        nils = ("takedowns", "blocklists", "training")
        made = prepare(session, isp, october, nils=nils, **from_page)
        file(session, isp, october, made.no, by=town.actors["meas"], at=town.now)
    town.visit("chea").opens("/received/1").fills_in(received_at="2026-10-12T09:10")
    reviewer = town.visit("sok").opens("/reviews/mekong-net/2026-10/1")
    assert "Sent in the month, not logged: 3" in reviewer.text
    assert "Sent by a notifier here0 of 0" in reviewer.text

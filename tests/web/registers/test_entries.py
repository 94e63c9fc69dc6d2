"""One entry by page: recorded, shown with its history, corrected with a reason, declared void."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from portal.registers.takedowns import Takedown
from portal.trail import Event
from tests.visitors import Visitor
from tests.web.registers.conftest import House, local

TYPED = {
    "source_type": "HOTLINE_NATIONAL",
    "source_ref": "IHC-2026-0417",
    "instrument": "NOTICE",
    "legal_basis": "ECOM_2019_24_25",
    "priority": "P2_STANDARD",
    "service_role": "HOSTING",
    "harm": "CSAM",
    "assessment": "BASELINE",
    "assessed_by": "HOTLINE",
    "locator_kind": "URL",
    "issued_at": local(timedelta(hours=2)),
    "received_at": local(timedelta(hours=1)),
    "own_ref": "INC-1",
}


def held(house: House) -> int:
    house.session.rollback()
    return house.session.scalar(select(func.count()).select_from(Takedown)) or 0


def test_an_item_is_recorded_by_page(house: House, dara: Visitor) -> None:
    dara.opens("/registers/takedowns/entries/new")
    assert "call first" in dara.text
    dara.fills_in(**TYPED)

    assert "Recorded as TD-" in dara.text
    assert dara.heading.startswith("TD-")
    assert held(house) == 1


def test_the_same_ticket_twice_is_one_entry(house: House, dara: Visitor) -> None:
    for _ in range(2):
        dara.opens("/registers/takedowns/entries/new").fills_in(**TYPED)
    assert "was recorded before with this content" in dara.text
    assert held(house) == 1

    dara.opens("/registers/takedowns/entries/new").fills_in(409, **TYPED | {"item_no": "2"})
    assert "with other content" in dara.errors()[0]
    assert held(house) == 1


def test_everything_wrong_is_said_at_once_and_nothing_typed_is_lost(
    house: House, dara: Visitor
) -> None:
    wrong = {"item_no": "x", "hosting_country": "VN", "received_at": local(-timedelta(days=1))}
    dara.opens("/registers/takedowns/entries/new").fills_in(422, **TYPED | wrong)

    assert len(dara.errors()) == 3
    [kept] = dara.page.xpath("//input[@name='source_ref']/@value")
    assert kept == "IHC-2026-0417"
    assert held(house) == 0


def test_a_locator_is_refused_in_any_field(house: House, dara: Visitor) -> None:
    for name in ("source_ref", "own_ref", "note"):
        dara.opens("/registers/takedowns/entries/new")
        dara.fills_in(422, **TYPED | {name: "see hxxp://example.invalid"})
        assert "looks like a web address" in dara.errors()[0]
        assert "example.invalid" not in dara.response.get_data(as_text=True)
    assert held(house) == 0


def test_an_entry_shows_both_times_and_keeps_its_harm_behind_a_note(
    house: House, dara: Visitor
) -> None:
    [key] = house.records(1, source_ref="IHC-9")
    dara.opens(f"/registers/takedowns/entries/{key}")

    assert "12 Oct 2026, 09:10" in dara.text
    assert "entered" in dara.text
    guarded = dara.page.xpath("//details[contains(@class,'guarded')]")[0]
    assert "CSAM" in guarded.text_content()
    assert "call first" not in dara.text
    assert dara.page.xpath("//*[@translate='no' and contains(., 'IHC-9')]")


def test_priority_one_opens_with_the_police_and_the_hotline(house: House, dara: Visitor) -> None:
    """chairs C5."""
    [key] = house.records(1, priority="P1_CHILD_IN_DANGER", source_type="POLICE")
    for page in ("", "/events/new?kind=ACTIONED"):
        dara.opens(f"/registers/takedowns/entries/{key}{page}")
        assert "call first" in dara.text
    assert "call first" in dara.opens("/registers/takedowns").text
    dara.opens(f"/registers/takedowns/entries/{key}/events/new?kind=ACTIONED")
    dara.fills_in(occurred_at="2026-10-12T10:00", action="REMOVED")
    assert "call first" not in dara.opens("/registers/takedowns").text


def test_an_entry_is_corrected_with_a_reason_and_the_version_before_stays(
    house: House, dara: Visitor
) -> None:
    [key] = house.records(1)
    dara.opens(f"/registers/takedowns/entries/{key}").follows("Correct this entry")
    dara.fills_in(422, source_ref="IHC-2")
    assert dara.errors() == ["Why the entry is corrected: choose one of the codes offered."] or (
        dara.errors() == ["Why the entry is corrected: enter this."]
    )
    dara.fills_in(reason="TYPING_ERROR")

    assert "Version 2 stands now" in dara.text
    changed = dara.page.xpath("//ul[@class='step-facts']/li[del]")[0].text_content()
    assert changed.split() == "The sender's reference IHC-2026-0417 → IHC-2".split()


def test_two_officers_at_once_make_one_correction(
    house: House, dara: Visitor, browser: object
) -> None:
    [key] = house.records(1)
    second = browser().signs_in("dara@example.org", "correct horse battery staple")  # type: ignore[operator]
    for one in (dara, second):
        one.opens(f"/registers/takedowns/entries/{key}/versions/new")
    dara.fills_in(item_no="2", reason="TYPING_ERROR")
    second.fills_in(409, item_no="3", reason="TYPING_ERROR")

    assert "Somebody changed this meanwhile" in second.errors()[0]
    assert held(house) == 2


def test_an_entry_is_declared_void(house: House, dara: Visitor) -> None:
    [key] = house.records(1)
    dara.opens(f"/registers/takedowns/entries/{key}/versions/new")
    dara.follows("This entry should never have been recorded")
    dara.fills_in(reason="WRONGLY_RECORDED")

    assert "Void" in dara.text
    assert "Correct this entry" not in dara.text


def test_every_other_register_is_recorded_by_page_too(house: House, dara: Visitor) -> None:
    digest = "ab" * 32
    typed = {
        "blocklists": {
            "list_code": "INTERPOL_IWOL",
            "list_kind": "DOMAIN",
            "update_kind": "FULL_RESET",
            "transport": "CSV",
            "content_digest": digest,
            "published_at": local(timedelta(hours=9)),
            "fetched_at": local(timedelta(hours=8)),
            "applied_at": local(timedelta(hours=7)),
            "entries_total": "5,000",
            "methods": ["DNS_RPZ", "SNI"],
            "points_in_scope": "6",
            "points_live": "6",
            "subscribers_in_scope": "400",
            "subscribers_covered": "400",
            "stop_page": "YES",
        },
        "training": {
            "session_ref": "T-1",
            "held_on": "2026-10-06",
            "module": "NTD_PROCEDURE",
            "level": "REFRESHER",
            "provider": "HOTLINE",
            "mode": "CLASSROOM",
            "language": "KM",
            "minutes": "90",
            "staff_ref": "S-0421",
            "result": "PASSED",
        },
        "roster": {
            "staff_ref": "S-0421",
            "role_group": "DESIGNATED_HANDLER",
            "joined_on": "2025-09-01",
            "from_on": "2025-09-01",
            "handles_notices": "true",
        },
        "complaints": {
            "list_code": "INTERPOL_IWOL",
            "method": "DNS_RPZ",
            "received_at": local(timedelta(hours=9)),
        },
    }
    for slug, fields in typed.items():
        dara.opens(f"/registers/{slug}/entries/new").fills_in(**fields)
        assert "Recorded as" in dara.text, slug
        dara.follows("Correct this entry")
        dara.fills_in(409, reason="TYPING_ERROR")
        assert "Nothing was changed" in dara.errors()[0], slug
    assert house.isp.id


def test_the_next_item_of_a_notice_begins_from_the_one_before(house: House, dara: Visitor) -> None:
    house.records(1, own_ref="INC-1", note="First of three")
    dara.opens("/registers/takedowns").follows("TD-000001").follows("Record another like this")
    dara.fills_in()

    assert "Recorded as TD-000002." in dara.text
    assert "IHC-2026-0417" in dara.text
    assert "INC-1" not in dara.text
    assert dara.page.xpath("//dt[.='Item number']/following-sibling::dd")[0].text_content() == "2"


def test_a_stranger_finds_no_entry(house: House, vanna: Visitor) -> None:
    [key] = house.records(1)
    for page in ("", "/versions/new", "/voidings/new", "/events/new?kind=ACTIONED"):
        vanna.opens(f"/registers/takedowns/entries/new?like={key}", expect=404)
        vanna.opens(f"/registers/takedowns/entries/{key}{page}", expect=404)


def test_a_refusal_leaves_a_trace_without_what_was_typed(house: House, dara: Visitor) -> None:
    [key] = house.records(1)
    dara.opens(f"/registers/takedowns/entries/{key}/versions/new")
    dara.fills_in(409, reason="TYPING_ERROR")
    house.session.rollback()
    kinds = house.session.scalars(
        select(Event.kind).where(Event.isp_id == 0).order_by(Event.seq)
    ).all()
    assert kinds[-1] == "refused"

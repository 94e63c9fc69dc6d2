"""List releases by page, file and command: who records, what an ISP picks, who sees what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.notices.releases.model import ListRelease
from portal.registers.blocklists import BlocklistUpdate
from tests.build import UPDATE
from tests.journeys.acts import records
from tests.town import Town
from tests.visitors import Visitor

TYPED: dict[str, Any] = {
    "list_code": "INTERPOL_IWOL",
    "list_kind": "DOMAIN",
    "update_kind": "ADD",
    "version_label": "2026-11-04",
    "serial": "2026110401",
    "content_digest": "ab" * 32,
    "published_at": "2026-11-04T12:00",
    "entries_total": "5012",
    "added": "12",
    "removed": "0",
}
HEAD = ",".join(TYPED)


def publishes(town: Town) -> None:
    said = ("releases", "publisher", "police", "INTERPOL_IWOL", "--from", "2026-11-05")
    assert "records the releases" in town.runs(*said, "--as", "pich@example.org")


def released(town: Town, **over: Any) -> Visitor:
    """The police, named publisher of the list, have recorded a release."""
    return town.visit("vann").opens("/releases/new").fills_in(**{**TYPED, **over})


def row(**over: str) -> str:
    typed = {**TYPED, "published_at": "2026-11-04 12:00", **over}
    return ",".join(typed[name] for name in TYPED)


def test_a_publisher_records_a_release_and_corrects_it(town: Town) -> None:
    officer = town.visit("vann").opens("/releases")
    assert "not named as the publisher" in officer.text
    publishes(town)
    officer = released(town)
    assert officer.heading == "L-000001"
    officer.follows("Correct this release").fills_in(entries_total="5013", reason="TYPING_ERROR")
    assert "Version 2" in officer.text
    assert "5,013" in officer.text
    officer.fills_in(form="voiding")
    assert "never released" in officer.text
    released(town)
    assert "L-000002" in town.visit("sok").opens("/releases").text


def test_what_is_wrong_in_a_release_is_said_at_once(town: Town) -> None:
    publishes(town)
    wrong = {"content_digest": "xyz", "added": "9000", "published_at": "2026-12-01T10:00"}
    officer = town.visit("vann").opens("/releases/new").fills_in(422, **{**TYPED, **wrong})
    assert len(officer.errors()) == 3
    released(town)
    again = town.visit("vann").opens("/releases/new").fills_in(409, **TYPED)
    assert "L-000001" in again.text
    with town.session() as session:
        assert len(session.scalars(select(ListRelease)).all()) == 1


def test_nobody_else_records_releases(town: Town) -> None:
    publishes(town)
    released(town)
    for name in ("chea", "meas", "ly", "chan"):
        town.visit(name).opens("/releases", 403)
        town.visit(name).opens("/releases/new", 403)
    stranger = town.visit("rith")
    assert "L-000001" not in stranger.opens("/releases").text
    stranger.opens("/releases/1", 404)
    stranger.opens("/releases/1/corrections/new", 404)
    token = stranger.opens("/releases/new").page.xpath("//input[@name='csrf_token']/@value")[0]
    answer = stranger.client.post("/releases", data={"csrf_token": token, **TYPED})
    assert answer.status_code == 409  # the rule says so, whatever the form offers
    for act in ("corrections", "voiding"):
        answer = stranger.client.post(f"/releases/1/{act}", data={"csrf_token": token})
        assert answer.status_code == 404, act
    town.visit("sok").opens("/releases/1")


def test_a_file_of_releases_comes_in_whole_or_not_at_all(town: Town, tmp_path: Path) -> None:
    publishes(town)
    rows = [HEAD, row(), row(), row(list_code="SOME_LIST", content_digest="cd" * 32)]
    officer = town.visit("vann").opens("/releases/files/new")
    officer.fills_in(422, file=("releases.csv", "\n".join(rows).encode()))
    assert "register of permitted lists" in officer.text
    path = tmp_path / "releases.csv"
    path.write_text(f"{HEAD}\n{row()}\n{row()}")
    said = ("releases", "record", str(path), "--as", "vann@example.org")
    assert "Nothing was recorded" in town.runs(*said, expect=1)
    path.write_text("\n".join([HEAD, row(), row(content_digest="cd" * 32)]))
    assert "2 releases recorded." in town.runs(*said)
    assert "nobody who may do this" in town.runs(*said[:-1], "chea@example.org", expect=2)
    officer.opens("/releases/files/new")
    officer.fills_in(
        file=("releases.csv", "\n".join([HEAD, row(content_digest="ef" * 32)]).encode())
    )
    assert "One release" in officer.text or "1 release recorded." in officer.text


def test_an_update_is_picked_with_three_answers(town: Town) -> None:
    """Pick the release; applied when, everywhere, tested; nothing else is typed (chairs B7)."""
    preparer = town.visit("chea")
    records(preparer, "blocklists", UPDATE)
    publishes(town)
    released(town)
    assert "A list was released that you have not recorded." in preparer.opens("/returns").text
    assert "A list was released" in preparer.opens("/registers").text
    preparer.follows("Pick and record").follows("Record: INTERPOL Worst Of List")
    preparer.fills_in(applied_at="2026-11-05T09:00")
    assert "Recorded as BL-000002." in preparer.text
    assert "A list was released" not in preparer.opens("/returns").text
    with town.session() as session:
        update = session.scalars(select(BlocklistUpdate).where(BlocklistUpdate.key == 2)).one()
        assert (update.release, update.entries_total, update.methods) == (1, 5012, "DNS_RPZ")
        assert (update.points_live, update.subscribers_covered) == (6, 40_000)
        assert update.test_result == "NOT_RUN"


def test_a_pick_that_is_not_everywhere_says_at_how_many_points(town: Town) -> None:
    preparer = town.visit("chea")
    records(preparer, "blocklists", UPDATE)
    publishes(town)
    released(town)
    preparer.opens("/registers/blocklists/releases/1")
    preparer.fills_in(422, everywhere="false", applied_at="2026-11-05T09:00", test_result="PASS")
    assert len(preparer.errors()) == 3
    preparer.fills_in(everywhere="false", applied_at="", points_live="3", test_result="NOT_RUN")
    with town.session() as session:
        update = session.scalars(select(BlocklistUpdate).where(BlocklistUpdate.key == 2)).one()
        assert (update.points_live, update.subscribers_covered) == (3, 20_000)
        assert update.applied_at is None


def test_a_list_never_recorded_before_is_asked_in_full(town: Town) -> None:
    publishes(town)
    released(town)
    preparer = town.visit("chea").opens("/registers/blocklists/releases/1")
    assert preparer.page.xpath("//input[@name='content_digest']/@value") == ["ab" * 32]
    assert preparer.page.xpath("//input[@name='entries_total']/@value") == ["5012"]
    answers = {
        "transport": "RPZ_IXFR", "fetched_at": "2026-11-04T12:10", "stop_page": "YES",
        "applied_at": "2026-11-04T13:00", "methods": ["DNS_RPZ"], "points_in_scope": "2",
        "points_live": "2", "subscribers_in_scope": "900", "subscribers_covered": "900",
    }  # fmt: skip
    preparer.fills_in(form="entries", **answers)
    assert "Recorded as BL-000001." in preparer.text


def test_what_contradicts_the_release_is_refused_in_words(town: Town) -> None:
    publishes(town)
    released(town)
    preparer = town.visit("chea").opens("/registers/blocklists/entries/new?release=1")
    answers = {
        "transport": "RPZ_IXFR", "fetched_at": "2026-11-04T12:10", "stop_page": "YES",
        "applied_at": "2026-11-04T13:00", "methods": ["DNS_RPZ"], "points_in_scope": "2",
        "points_live": "2", "subscribers_in_scope": "900", "subscribers_covered": "900",
    }  # fmt: skip
    preparer.fills_in(409, form="entries", **answers, published_at="2026-11-04T10:00")
    assert "the publisher says otherwise in L-000001" in preparer.text
    preparer.fills_in(
        409, form="entries", published_at="2026-11-04T12:00", content_digest="a1" * 32
    )
    assert "check the digest" in preparer.text


def test_a_month_before_filing_names_releases_not_recorded(town: Town) -> None:
    preparer = town.visit("chea")
    records(preparer, "blocklists", UPDATE)
    publishes(town)
    released(town, published_at="2026-10-20T12:00")
    assert "released and not recorded by you: 1." in preparer.opens("/returns/2026-10").text
    assert "(1 not recorded)" in preparer.text

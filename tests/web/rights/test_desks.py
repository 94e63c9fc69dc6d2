"""Every door to a register: which desk opens it, written down once and tried by everybody."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import Desk, Permission
from portal.accounts.permissions import DESK_OF
from portal.ledger import SYSTEM
from portal.registers.register import REGISTERS
from portal.trail.model import Event
from tests.town import Town
from tests.visitors import Visitor
from tests.web.rights.conftest import STAFF

_A, _N, _H, _C = Desk.ABUSE_DESK, Desk.NETWORK, Desk.HR, Desk.COMPLIANCE
OF_REGISTERS = {"takedowns": _A, "complaints": _A, "blocklists": _N, "training": _H, "roster": _H}
# The doors whose address names the register, which is then asked; and those of one desk.
BY_REGISTER = {
    "/registers/{}/entries/new": ("GET", "entries.new"),
    "/registers/{}/entries": ("POST", "entries.record"),
    "/registers/{}/imports": ("GET", "imports.new"),
    "/registers/{}/imports#": ("POST", "imports.add"),
    "/registers/{}/imports/7": ("GET", "uploads.show"),
    "/registers/{}/imports/7/records": ("POST", "upload_decisions.add_record"),
    "/registers/{}/imports/7/reasons": ("POST", "upload_decisions.add_reason"),
    "/registers/{}/imports/7/discarding": ("POST", "upload_decisions.add_discarding"),
    "/registers/{}/imports/7/mending.xlsx": ("GET", "uploads.mending"),
    "/registers/{}/imports/7/columns": ("GET", "upload_columns.ask"),
    "/registers/{}/imports/7/columns#": ("POST", "upload_columns.set_columns"),
    "/registers/{}/imports/7/rows/2": ("GET", "upload_rows.ask"),
    "/registers/{}/imports/7/rows/2#": ("POST", "upload_rows.set_row"),
    "/registers/{}/entries/7/versions/new": ("GET", "versions.ask_correction"),
    "/registers/{}/entries/7/versions": ("POST", "versions.add"),
    "/registers/{}/entries/7/voidings/new": ("GET", "versions.ask_voiding"),
    "/registers/{}/entries/7/voidings": ("POST", "versions.add_voiding"),
}
BY_DESK = {
    "received.take": (_A, "POST", "/received/7/entries"),
    "received.undo": (_A, "POST", "/received/7/matches/7/undoing"),
    "received.ask_undo": (_A, "GET", "/received/7/matches/7/undoing"),
    "answers.new": (_A, "GET", "/received/7/answers/new"),
    "answers.add": (_A, "POST", "/received/7/answers"),
    "steps.new": (_A, "GET", "/registers/takedowns/entries/7/events/new"),
    "steps.add": (_A, "POST", "/registers/takedowns/entries/7/events"),
    "steps.ask_correction": (_A, "GET", "/registers/takedowns/entries/7/events/1/corrections/new"),
    "steps.add_correction": (_A, "POST", "/registers/takedowns/entries/7/events/1/corrections"),
    "steps.ask_retraction": (_A, "GET", "/registers/takedowns/entries/7/events/1/retractions/new"),
    "steps.add_retraction": (_A, "POST", "/registers/takedowns/entries/7/events/1/retractions"),
    "picks.ask": (_N, "GET", "/registers/blocklists/releases/7"),
    "picks.add": (_N, "POST", "/registers/blocklists/releases/7/entries"),
    "lists.ask": (_N, "GET", "/lists/standings/new"),
    "lists.add": (_N, "POST", "/lists/standings"),
    "lists.ask_consent": (_N, "GET", "/lists/consents/tonle-net/new"),
    "lists.add_consent": (_N, "POST", "/lists/consents/tonle-net"),
    "lists.add_withdrawal": (_N, "POST", "/lists/consents/tonle-net/withdrawals"),
    "lists.take_over": (_N, "POST", "/lists/evidence/2026-10"),
    "trainings.add_people": (_H, "POST", "/trainings/7/people"),
    "trainings.add_corrections": (_H, "POST", "/trainings/7/corrections"),
    "predecessors.people": (_H, "GET", "/predecessors/tonle-net/people"),
    "predecessors.take_over": (_H, "POST", "/predecessors/tonle-net/people"),
    "declarations.add": (_C, "POST", "/declarations"),
    "declarations.confirm": (_C, "POST", "/declarations/reconfirmation"),
}
# What is tried: every door by one register, two of them by every register, and of the doors of one
# desk the first of each kind; that the others have the same lock is held by the table above.
DOORS = {
    *(
        (desk, method, path.format(slug).rstrip("#"))
        for slug, desk in OF_REGISTERS.items()
        for path, (method, name) in BY_REGISTER.items()
        if slug == "takedowns" or name in {"entries.record", "imports.new"}
    ),
    *{(desk, method): (desk, method, path) for desk, method, path in BY_DESK.values()}.values(),
}
READING = (
    "/registers /registers/takedowns /registers/roster /registers/training /declarations /lists"
    " /trainings /received /returns/2026-10 /trail"
).split()


def opened(visitor: Visitor) -> set[tuple[str, str]]:
    """The doors that let somebody in, whatever lies behind."""
    token = visitor.opens("/account").page.xpath("//input[@name='csrf_token']/@value")[0]
    found = set()
    for _, method, path in DOORS:
        data = {"csrf_token": token} if method == "POST" else None
        if visitor.client.open(path, method=method, data=data).status_code != 403:
            found.add((method, path))
    return found


def test_every_door_to_a_register_is_in_the_table(app: Flask) -> None:
    guarded = {
        name: view.permission  # type: ignore[attr-defined]
        for name, view in app.view_functions.items()
        # No person comes by the doors of programs: tests/web/api holds theirs.
        if getattr(view, "permission", None) in {*DESK_OF, Permission.ENTRY_WRITE}
        and not name.startswith("api.")
    }

    assert guarded == {
        **{name: Permission.ENTRY_WRITE for _, name in BY_REGISTER.values()},
        **{name: {v: k for k, v in DESK_OF.items()}[desk] for name, (desk, *_) in BY_DESK.items()},
    }


def test_what_may_write_some_register_names_it_in_its_address(app: Flask) -> None:
    unnamed = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "permission", None) == Permission.ENTRY_WRITE
        and "slug" not in rule.arguments
        # What a program's key is, whatever it writes.
        and rule.endpoint != "api.key"
    ]

    assert unnamed == []
    assert {slug: DESK_OF[one.permission] for slug, one in REGISTERS.items()} == OF_REGISTERS


def test_each_desk_opens_its_own_doors_and_no_others(desks: Town) -> None:
    found = {name: opened(desks.visit(name)) for name in (*STAFF, "chea", "tep")}

    for name, (_, held) in STAFF.items():
        assert found[name] == {(m, path) for of, m, path in DOORS if of in (held or ())}, name
    # Preparers of no desk in particular; one of another ISP, where 404 is what lies behind.
    for name in ("chea", "tep"):
        assert found[name] == {(method, path) for _, method, path in DOORS}, name


def test_every_desk_reads_everything_and_says_what_it_writes(desks: Town) -> None:
    hang = desks.visit("hang").opens("/account")

    words = "You write the registers of: Human resources (training, roster)."
    assert words in hang.text
    assert "You write the registers of" not in desks.visit("chea").opens("/account").text

    for path in READING:
        hang.opens(path)


def test_page_and_file_and_command_refuse_in_the_same_words(
    desks: Town, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("files") / "sample.csv"
    desks.runs("import", "takedowns", "--sample", "2", "-o", str(path))
    words = "Abuse desk (takedowns, complaints): you do not write the registers of this desk."
    hang = desks.visit("hang")

    assert words in hang.opens("/registers/takedowns/entries/new", 403).text
    token = hang.opens("/registers").page.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "file": (io.BytesIO(path.read_bytes()), "sample.csv")}
    sent = hang.client.post("/registers/takedowns/imports", data=data)
    assert (sent.status_code, words in sent.get_data(as_text=True)) == (403, True)
    said = ("--isp", "mekong-net", "--as", "hang@example.org")
    assert words in desks.runs("import", "takedowns", str(path), *said, expect=1)
    assert "2 recorded" in desks.runs(
        "import", "takedowns", str(path), *said[:-1], "abel@example.org"
    )


def test_that_a_desk_was_refused_is_in_the_systems_trail(desks: Town) -> None:
    hang = desks.visit("hang")
    token = hang.opens("/registers").page.xpath("//input[@name='csrf_token']/@value")[0]
    hang.client.post("/registers/takedowns/entries", data={"csrf_token": token})

    with desks.session() as session:
        refused = select(Event).filter_by(isp_id=SYSTEM, kind="refused")
        last = session.scalars(refused.order_by(Event.seq.desc()).limit(1)).one()
    assert (last.person_name, last.subject) == ("Hang of Mekong", "entries.record")
    assert last.facts == '{"code":"not-your-desk"}'


def test_a_page_offers_what_its_reader_can_do(desks: Town) -> None:
    hang, meas = desks.visit("hang"), desks.visit("meas")

    def ways(visitor: Visitor) -> set[str]:
        links = visitor.opens("/registers").page.xpath("//a/@href[contains(., '/new')]")
        return {str(link).split("/")[2] for link in links}

    assert ways(hang) == {"training", "roster"}
    assert ways(meas) == set(REGISTERS)
    assert "Record an entry" in hang.opens("/registers/roster").text
    assert "Record an entry" not in hang.opens("/registers/takedowns").text
    assert "Say how lists are applied" not in hang.opens("/lists").text
    assert "Change the answer" not in hang.opens("/declarations").text
    assert "Programs that write here" in meas.opens("/registers").text
    assert "Programs that write here" not in hang.opens("/registers").text


def test_a_register_asks_as_much_for_one_desk_as_for_all(desks: Town) -> None:
    hang, chea = desks.visit("hang"), desks.visit("chea")
    counted = []
    for visitor in (hang, chea):
        visitor.opens("/registers/takedowns")
        with desks.queries() as asked:
            visitor.opens("/registers/takedowns")
        counted.append(len(asked))

    assert counted[0] == counted[1]

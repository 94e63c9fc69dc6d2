"""Organisations, licences and waivers by command: who acts, what is refused, what is owed then."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.accounts import Licence, Particulars, Waiver
from portal.accounts.queries import is_licensed, particulars
from portal.period import Period
from tests.town import Town

PICH = ("--as", "pich@example.org")
SOK = ("--as", "sok@example.org")
NAMES = ("--name-en", "Sunrise Net", "--name-km", "សាន់រ៉ាយណេត", "--registration", "R-9")
FOUND = ("organisations", "found", "sunrise-net", "--kind", "ISP", *NAMES)
OPEN = ("licences", "open", "mekong-net", "L-77", "--kind", "HOSTING", "--from", "2026-10-17")
OWN = ("mekong-net", "L-mekong-net")
GRANT = ("waivers", "grant", "small-net", "--reference", "W-1", "--from", "2026-11-05")


def spans(town: Town, number: str = "L-mekong-net") -> list[tuple[str, str, str]]:
    """How a licence stands, day by day: status, first day, last day."""
    with town.session() as session:
        found = session.scalars(
            select(Licence)
            .where(Licence.number == number, Licence.closed_seq.is_(None))
            .order_by(Licence.from_on)
        )
        return [(str(x.status), str(x.from_on), str(x.until_on)) for x in found]


def owed(town: Town, *months: str) -> list[bool]:
    """Whether Mekong Net owes a return for these months."""
    with town.session() as session:
        isp = town.bodies["mekong-net"]
        return [is_licensed(session, isp, Period.parse(month)) for month in months]


def test_an_officer_founds_an_isp_and_the_trail_names_them(town: Town) -> None:
    said = town.runs(*FOUND, "--size", "SMALL", *PICH)

    assert said == "Founded sunrise-net (ISP).\n"
    with town.session() as session:
        named = session.scalars(select(Particulars).order_by(Particulars.organisation_id)).all()[-1]
        assert (named.name_en, named.registration_no, named.size) == ("Sunrise Net", "R-9", "SMALL")
    assert "Pich Policy" in town.visit("pich").opens("/trail").text


@pytest.mark.parametrize(
    ("over", "said", "code"),
    [
        (("--as", "sok@example.org"), "nobody who may do this (organisation:found)", 2),
        (("--as", "nobody@example.org"), "nobody who may do this", 2),
        ((), "Say who acts: --as EMAIL.", 2),
        ((*PICH, "--registration", "http://x.example"), "Registration", 2),
        ((*PICH, "--name-en", "  "), "Name en: enter at least 1 characters.", 2),
        ((*PICH, "--name-km", "x" * 201), "Name km: use 200 characters or fewer.", 2),
    ],
)
def test_what_cannot_be_founded_is_refused_in_words(
    town: Town, over: tuple[str, ...], said: str, code: int
) -> None:
    assert said in town.runs(*FOUND, *over, expect=code)
    town.runs("licences", "open", "sunrise-net", *OPEN[3:], *PICH, expect=1)


def test_a_short_name_is_plain_and_taken_once(town: Town) -> None:
    for slug in ("Sunrise", "sunrise.net", "a" * 41):
        assert "Slug" in town.runs(*FOUND[:2], slug, *FOUND[3:], *PICH, expect=2)
    taken = (*FOUND[:2], "mekong-net", *FOUND[3:])
    assert "The short name mekong-net is taken" in town.runs(*taken, *PICH, expect=1)


def test_a_rename_keeps_what_is_not_given(town: Town) -> None:
    said = town.runs(
        "organisations", "rename", "mekong-net", "--name-en", "Mekong Broadband", *PICH
    )

    assert "Mekong Broadband" in said
    with town.session() as session:
        named = particulars(session, town.bodies["mekong-net"])
        assert (named.version, named.name_km) == (2, "Mekong Net (KM)")
    gone = ("organisations", "rename", "nobody", "--size", "SMALL")
    assert "Nothing by that name" in town.runs(*gone, *PICH, expect=1)


def test_an_isp_may_hold_several_licences_but_each_number_once(town: Town) -> None:
    assert town.runs(*OPEN, *PICH) == "mekong-net holds L-77 from 2026-10-17 on.\n"
    assert spans(town, "L-77") == [("ACTIVE", "2026-10-17", "None")]
    for isp in ("mekong-net", "tonle-net"):
        again = (*OPEN[:2], isp, *OPEN[3:])
        assert "Licence L-77 is held already" in town.runs(*again, *PICH, expect=1)
    assert len(spans(town, "L-77")) == 1


def test_an_ended_licence_owes_nothing_after_and_can_be_granted_again(town: Town) -> None:
    town.runs("licences", "end", *OWN, "--on", "2026-11-17", *PICH)
    assert owed(town, "2026-11", "2026-12") == [True, False]
    later = ("licences", "end", *OWN, "--on", "2026-12-31")
    assert "No day of licence" in town.runs(*later, *PICH, expect=1)

    town.runs("licences", "open", *OWN, "--kind", "MNO", "--from", "2027-01-01", *PICH)
    assert owed(town, "2026-11", "2026-12", "2027-01") == [True, False, True]


def test_a_suspended_licence_owes_nothing_while_it_is_suspended(town: Town) -> None:
    town.runs("licences", "suspend", *OWN, "--from", "2026-10-17", "--until", "2026-12-31", *PICH)
    assert owed(town, "2026-10", "2026-11", "2026-12", "2027-01") == [True, False, False, True]
    assert spans(town) == [
        ("ACTIVE", "2026-10-01", "2026-10-16"),
        ("SUSPENDED", "2026-10-17", "2026-12-31"),
        ("ACTIVE", "2027-01-01", "None"),
    ]
    town.runs("licences", "resume", *OWN, "--from", "2026-12-05", *PICH)
    assert owed(town, "2026-11", "2026-12") == [False, True]


def test_a_revoked_licence_owes_the_month_in_which_it_was_revoked(town: Town) -> None:
    town.runs("licences", "revoke", *OWN, "--on", "2026-10-17", *PICH)
    assert spans(town) == [("REVOKED", "2026-10-01", "2026-10-17")]
    assert owed(town, "2026-10", "2026-11") == [True, False]
    late = ("licences", "suspend", *OWN, "--from", "2026-10-18")
    assert "No day of licence L-mekong-net lies there" in town.runs(*late, *PICH, expect=1)


@pytest.mark.parametrize("verb", ["end", "revoke"])
def test_only_who_states_licences_ends_one(town: Town, verb: str) -> None:
    words = ("licences", verb, *OWN, "--on", "2026-10-17")
    assert "licence:state" in town.runs(*words, *SOK, expect=2)
    assert "Missing option '--as'" in town.runs(*words, expect=2)
    unknown = ("licences", verb, "mekong-net", "L-0", "--on", "2026-10-17")
    assert "Nothing by that name" in town.runs(*unknown, *PICH, expect=1)
    assert "not a day written like" in town.runs(*words[:-1], "17.10.", *PICH, expect=2)
    assert spans(town) == [("ACTIVE", "2026-10-01", "None")]


def test_the_authority_grants_a_waiver_by_a_letter_and_nobody_else_does(town: Town) -> None:
    until = ("--until", "2026-12-31")
    for who in (PICH, ("--as", "boss@example.org")):
        assert "waiver:grant" in town.runs(*GRANT, *until, *who, expect=2)
    backwards = ("--until", "2026-11-01")
    assert "lies before the first" in town.runs(*GRANT, *backwards, *SOK, expect=1)
    assert "small-net: one person may prepare and file" in town.runs(*GRANT, *until, *SOK)
    with town.session() as session:
        [waiver] = session.scalars(select(Waiver))
        assert (waiver.granted_by, waiver.until_on) == (
            town.actors["sok"].person_id,
            date(2026, 12, 31),
        )


def test_people_act_only_in_roles_of_their_kind_of_organisation(town: Town) -> None:
    invite = ("people", "invite", "new@example.org", "--name", "New", "--password", "long enough!")
    foreign = ("--organisation", "mekong-net", "--role", "REVIEWER")
    assert "do not act as" in town.runs(*invite, *foreign, expect=1)
    own = ("--organisation", "mekong-net", "--role", "PREPARER")
    short = (*invite[:-1], "short")
    assert "At least 12 characters" in town.runs(*short, *own, expect=2)
    known = (*invite[:-1], "password1234")
    assert "this would be guessed soon" in town.runs(*known, *own, expect=1)
    for _twice in range(2):
        assert "New may act for mekong-net" in town.runs(*invite, *own)

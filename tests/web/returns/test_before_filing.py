"""A month before filing: NOT FILED, what is missing, odd and due; the opening; preparing."""

from __future__ import annotations

from datetime import date

from flask_security import hash_password

from portal.accounts import Person
from portal.web.signin import add_hashed_account
from tests.build import an_isp, an_officer
from tests.town import PASSWORD, Town
from tests.visitors import said
from tests.web.returns.months import ALL_NIL, MONTH, findings, is_busy, takes_in


def test_until_it_is_filed_it_says_so_and_when_it_is_due(town: Town) -> None:
    officer = town.visit("chea").opens(MONTH)
    assert officer.heading == "October 2026"
    [state] = officer.page.xpath("//main//p[@class='entry-state']")
    assert said(state).endswith("NOT FILED Due 10 Nov 2026, 23:59")
    [row] = officer.opens("/returns").page.xpath("//tbody/tr[contains(., 'October 2026')]")
    assert "NOT FILED" in said(row)
    assert "10 Nov 2026" in said(row)


def test_what_is_missing_and_what_is_odd_each_leads_to_where_it_is_seen_to(town: Town) -> None:
    takes_in(town, 1)
    officer = town.visit("chea").opens(MONTH)
    told = findings(officer)
    assert "Missing First month: the opening balance is not declared." in told[0]
    assert any("List updates" in line and "declare it nil" in line for line in told)
    assert not any("Takedown items" in line and "declare it nil" in line for line in told)
    assert any("Look again" in line for line in told)
    links = officer.page.xpath("//ul[@class='findings']/li/a/@href")
    assert len(links) == len(told)
    for link in links:
        officer.opens(MONTH).opens(link)


def test_figures_lead_to_the_entries_behind_them(town: Town) -> None:
    takes_in(town, 2)
    officer = town.visit("chea").opens(MONTH)
    [tile] = officer.page.xpath("//ul[@class='tiles']//a[contains(@href, 'takedowns')]")
    assert said(tile).startswith("2 ")
    officer.opens(tile.get("href"))
    assert len(officer.page.xpath("//a[@class='entry-name']")) == 2

    officer.opens(MONTH)
    [duty] = officer.page.xpath("//th[contains(., 'SP5-03')]//a[contains(., 'SP5-03')]")[:1]
    officer.opens(duty.get("href"))
    assert len(officer.page.xpath("//a[@class='entry-name']")) == 2


def test_each_duty_leads_to_the_register_that_answers_it(town: Town) -> None:
    officer = town.visit("chea").opens(MONTH)
    expected = {
        "SP5-01": "/declarations",
        "SP5-03": "/registers/takedowns?period=2026-10",
        "SP5-07": "/registers/blocklists?period=2026-10",
        "SP5-11": "/registers/complaints?period=2026-10",
        "SP5-12": "/registers/training?period=2026-10",
    }
    for code, place in expected.items():
        links = officer.page.xpath(f"//th[@class='duty']//a[contains(., '{code}')]/@href")
        assert links == [place], code


def test_the_first_month_asks_for_its_opening_balance_before_it_can_be_prepared(town: Town) -> None:
    officer = town.visit("chea").opens(MONTH)
    assert officer.page.xpath("//form[contains(@action, 'preparations')]") == []
    officer.follows("Declare the opening balance first")
    officer.fills_in(422, open_items="-1")
    assert officer.errors() == ["Takedown items open when your first month began: enter 0 or more."]
    assert officer.page.xpath("//input[@name='open_items']/@value") == ["-1"]
    officer.fills_in(open_items="3")
    assert "The opening balance is declared." in officer.text
    assert officer.path == MONTH
    [row] = officer.page.xpath("//div[@class='flow']//tbody/tr")[:1]
    assert said(row).endswith("began3")


def test_after_the_first_filing_the_opening_balance_stands(filed: Town) -> None:
    officer = filed.visit("chea").opens(f"{MONTH}/opening")
    officer.fills_in(409, open_items="7")
    assert len(officer.errors()) == 1
    assert officer.page.xpath("//input[@name='open_items']/@value") == ["7"]


def test_a_nil_that_entries_contradict_is_refused_at_the_field_and_nothing_is_lost(
    opened: Town,
) -> None:
    officer = opened.visit("chea").opens(MONTH)
    takes_in(opened, 2)
    officer.fills_in(409, form="preparations", nils=ALL_NIL)
    told = "the register holds 2 entries of this month."
    [error] = officer.errors()
    assert error.endswith(told)
    [group] = officer.page.xpath("//fieldset[.//input[@name='nils']]")
    assert told in said(group)
    link = officer.page.xpath("//div[@id='problems']//a/@href")[0]
    assert officer.page.xpath(f"//*[@id='{link[1:]}']")
    assert officer.page.xpath("//input[@name='nils'][@checked]/@value") == ALL_NIL
    assert officer.page.xpath("//form[contains(@action, 'filings')]") == []


def test_a_nil_is_refused_at_the_field_even_where_no_register_is_empty_any_more(
    opened: Town,
) -> None:
    officer = opened.visit("chea").opens(MONTH)
    is_busy(opened)
    officer.fills_in(409, form="preparations", nils=ALL_NIL)
    assert len(officer.errors()) == 3
    for link in officer.page.xpath("//div[@id='problems']//a/@href"):
        assert officer.page.xpath(f"//*[@id='{link[1:]}']"), link
    [group] = officer.page.xpath("//fieldset[.//input[@name='nils']]")
    assert said(group).count("the register holds 1 ent") == 3
    officer.fills_in(form="preparations", nils=[])
    assert "Prepared." in officer.text


def test_silence_is_not_nil_and_every_register_that_is_silent_is_named(opened: Town) -> None:
    officer = (
        opened.visit("chea").opens(MONTH).fills_in(409, form="preparations", nils=["training"])
    )
    assert len(officer.errors()) == 2
    assert all(error.endswith("silence is not nil.") for error in officer.errors())
    assert officer.page.xpath("//input[@name='nils'][@checked]/@value") == ["training"]


def test_prepared_is_not_filed(opened: Town) -> None:
    officer = opened.visit("chea").opens(MONTH).fills_in(form="preparations", nils=ALL_NIL)
    assert "Prepared. It is NOT FILED yet" in officer.text
    assert "NOT FILED: October 2026." in officer.opens("/registers").text


def test_a_month_that_is_not_over_is_shown_and_cannot_be_prepared(opened: Town) -> None:
    november = "/returns/2026-11"
    officer = opened.visit("chea").opens(november)
    assert "The month is not over yet" in officer.text
    assert officer.page.xpath("//form[contains(@action, 'preparations')]") == []
    token = officer.page.xpath("//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "nils": ALL_NIL}
    for later in (november, "/returns/2027-03"):
        answer = officer.client.post(f"{later}/preparations", data=sent)
        assert answer.status_code == 409
        assert "is not over yet" in answer.get_data(as_text=True)


def test_a_month_without_a_licence_says_that_nothing_is_owed_and_asks_for_nothing(
    town: Town,
) -> None:
    with town.app.app_context():
        hashed = hash_password(PASSWORD)
    with town.session() as session:
        isp = an_isp(session, "new-net", from_on=date(2026, 10, 10))
        person = session.get_one(Person, an_officer(session, isp).person_id)
        add_hashed_account(session, person, "new@example.org", hashed)
    officer = town.visit("new").opens("/returns/2026-09")
    assert "no return is owed" in officer.text
    assert "NOT FILED" not in said(officer.page.xpath("//main//p[@class='entry-state']")[0])
    assert officer.page.xpath("//form[contains(@action, 'preparations')]") == []
    assert findings(officer) == []
    token = officer.page.xpath("//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "nils": ALL_NIL}
    answer = officer.client.post("/returns/2026-09/preparations", data=sent)
    assert answer.status_code == 409
    assert "no return is owed" in answer.get_data(as_text=True)
    assert "NOT FILED" in officer.opens("/returns/2026-10").text


def test_a_month_before_any_policy_is_refused_in_words_and_nonsense_is_not_there(
    town: Town,
) -> None:
    officer = town.visit("chea").opens("/returns/2024-01", expect=409)
    assert "No policy was adopted for 31 Jan 2024" in officer.text
    officer.opens("/returns/2026-13", expect=404)


def test_a_month_of_the_future_is_refused_in_words(opened: Town) -> None:
    officer = opened.visit("chea")
    for place in ("/returns/2031-01", "/returns/2031-01/opening"):
        assert "lies in the future" in officer.opens(place, expect=409).text

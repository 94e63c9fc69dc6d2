"""How lists are applied, by page: said, consented to, taken over, taken back (chairs A5)."""

from __future__ import annotations

from tests.build import UPDATE
from tests.journeys.acts import OCTOBER, records
from tests.town import Town
from tests.visitors import Visitor

IWOL = ["INTERPOL_IWOL"]


def names(town: Town, who: str, upstream: str = "mekong-net") -> Visitor:
    """Somebody says that an upstream enforces the list since October."""
    return (
        town.visit(who)
        .opens("/lists")
        .follows("Say how lists are applied")
        .fills_in(lists=IWOL, mode="UPSTREAM", upstream=upstream, from_on="2026-10-01")
    )


def test_an_upstream_is_named_consents_and_is_taken_over(town: Town) -> None:
    records(town.visit("chea"), "blocklists", UPDATE)
    low = names(town, "small")
    assert "By an upstream: Mekong Net" in low.text
    up = town.visit("chea").opens("/registers")
    assert "An ISP says that you enforce lists for it" in up.text
    up.follows("Look at it")
    assert "no consent" in up.text
    up.follows("Consent, or take it back: Small Net").fills_in(from_on="2026-10-01")
    assert "consent from 1 Oct 2026 on" in up.text
    assert "has no consent" not in up.opens("/registers").text

    assert "not taken over as they stand: 1." in low.opens(OCTOBER).text
    assert "not taken over as it stands" in low.opens("/lists").text
    low.opens(OCTOBER).presses("Take over the evidence")
    assert "1 entry taken over." in low.text
    low.opens("/registers/blocklists/entries/1")
    assert "Evidence of Mekong Net" in low.text
    assert "Correct this entry" not in low.text
    assert "counted by the upstream" in low.opens(OCTOBER).text

    up.opens("/lists/consents/small-net/new").fills_in(409, from_on="2026-11-04")
    assert "What was taken over stays" in up.text
    up.fills_in(from_on="2026-11-05")
    assert "Taken back." in up.text


def test_what_cannot_be_is_refused_in_words(town: Town) -> None:
    low = town.visit("small").opens("/lists/standings/new")
    low.fills_in(409, lists=IWOL, mode="UPSTREAM", from_on="2026-10-01")
    assert "Choose an upstream" in low.text
    low.fills_in(422, lists=[], mode="OWN", from_on="2026-12-01")
    names(town, "small")
    up = town.visit("chea").opens("/lists/standings/new")
    up.fills_in(409, lists=IWOL, mode="UPSTREAM", upstream="small-net", from_on="2026-10-01")
    assert "That ISP says that you enforce" in up.text
    up.fills_in(409, lists=IWOL, mode="UPSTREAM", upstream="tonle-net", from_on="2026-10-01")
    assert "Name the ISP that really enforces" in up.text


def test_consent_is_the_upstreams_alone(town: Town) -> None:
    names(town, "small")
    for who in ("tep", "small"):
        stranger = town.visit(who)
        stranger.opens("/lists/consents/small-net/new", 404)
        token = stranger.opens("/lists/standings/new").page.xpath(
            "//input[@name='csrf_token']/@value"
        )[0]
        for act in ("", "/withdrawals"):
            data = {"csrf_token": token, "from_on": "2026-11-05"}
            answer = stranger.client.post(f"/lists/consents/small-net{act}", data=data)
            assert answer.status_code == 404
    for who in ("rith", "ly", "sok"):
        town.visit(who).opens("/lists", 403)


def test_a_list_out_of_reach_is_not_assessed(town: Town) -> None:
    """Never NOT_MET for what nobody can reach (chairs A5)."""
    low = town.visit("small").opens("/lists/standings/new")
    low.fills_in(lists=IWOL, mode="PUBLIC_RESOLVERS", from_on="2026-10-01")
    assert "subscribers use public resolvers" in low.text
    assert "Subscribers use public resolvers" in low.opens(OCTOBER).text

"""Twenty ISPs file a nil month; the authority looks at a sample and accepts the others at once."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.accounts import Actor, Membership, Person, Role
from portal.accounts.queries import isp_named
from portal.returns.filing import recall
from portal.returns.model import Decision
from portal.trail import verify
from tests.reviews.build import OCTOBER
from tests.town import Town
from tests.web.test_quiet_returns import LIST, judges_the_sample, quiet_isps


def takes_back(town: Town, slug: str) -> None:
    """An ISP recalls its return before its review begins."""
    with town.session() as session:
        isp = isp_named(session, slug)
        [approver] = session.scalars(
            select(Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.organisation_id == isp.id, Membership.role == Role.APPROVER)
        )
        by = Actor(approver, f"Approver of {slug}", Role.APPROVER, isp.id)
        recall(session, isp.id, OCTOBER, 1, by=by, at=town.now)


def test_twenty_nils_are_accepted_in_one_sitting_but_for_the_sample(town: Town) -> None:
    """Chairs B7: accepted in bulk, one decision each, a seeded sample drawn."""
    with town.session() as session:
        quiet_isps(town, session, 20)
    town.moves_to("2026-11-12 10:00")

    # One of them is asked by hand before anybody draws: it is no part of the draw.
    officer = town.visit("sok").opens("/reviews/quiet-03/2026-10/1").presses("Begin the review")
    officer.opens("/reviews?period=2026-10").follows("Quiet returns")
    assert "Nothing stands out on 19 returns" in officer.text
    assert "its review has begun" in officer.text

    # The seed is drawn in public; two of nineteen are looked at by hand.
    officer.fills_in(form="Draw the sample", seed="lottery of 12.11.: 071834")
    by_hand = judges_the_sample(town, officer)
    assert len(by_hand) == 2

    # Meanwhile an ISP takes its return back: it drops out, the others do not wait for it.
    rows = officer.opens(f"{LIST}/draws/1").page.xpath("//tbody/tr[not(contains(., 'drawn:'))]")
    slug = rows[0].xpath(".//a/@href")[0].split("/")[2]
    takes_back(town, slug)

    officer.opens(f"{LIST}/draws/1").presses("Accept the others")
    assert "16 returns accepted." in officer.text
    assert "1 dropped out since the draw" in officer.text
    assert "does not stand any more" in officer.text

    with town.session() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 18
        assert verify(session) == []
    town.engages(slug)
    assert "the same list, the same sample" in town.visit("ly").opens(f"{LIST}/draws/1").text

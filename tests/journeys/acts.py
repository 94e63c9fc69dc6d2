"""What people do again and again in these journeys, page by page."""

from __future__ import annotations

from typing import Any

from tests.build import COMPLETION, SPAN, TAKEDOWN, UPDATE
from tests.town import Town
from tests.visitors import Visitor

OCTOBER = "/returns/2026-10"
DECLARED = ("SP5-01", "SP5-08", "SP5-10", "SP5-11", "SP5-13", "SP5-14", "SP5-15")


def typed(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields as a browser's own inputs send them."""
    return {name: _sent(value) for name, value in fields.items()}


def _sent(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 16 and value[10] == " ":
        return value.replace(" ", "T")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def records(visitor: Visitor, register: str, fields: dict[str, Any], **over: Any) -> str:
    """Record an entry by its page; gives the entry's address."""
    visitor.opens(f"/registers/{register}/entries/new")
    visitor.fills_in(form="entries", **typed({**fields, **over}))
    assert "Recorded as" in visitor.text, visitor.text
    return visitor.path


def steps(visitor: Visitor, entry: str, kind: str, when: str, **fields: Any) -> None:
    """Record a step of a takedown item."""
    visitor.opens(f"{entry}/events/new?kind={kind}")
    visitor.fills_in(form=None, **typed({"occurred_at": when, **fields}))
    assert "Recorded:" in visitor.text, visitor.text


def declares(visitor: Visitor) -> None:
    """Answer every duty that no register answers."""
    visitor.opens("/declarations")
    links = [a.get("href") for a in visitor.page.xpath("//*[@class='answer-ways']/a")]
    for link in links:
        visitor.opens(link)
        given = {"answer": "YES", "since_on": "2026-01-01", "checked_on": "2026-10-30"}
        fields = {name: given[name] for name in given if name in visitor._form(None).fields}
        if "deputies" in visitor._form(None).fields:
            fields["deputies"] = "1"
        visitor.fills_in(**fields)


def a_good_month(visitor: Visitor) -> str:
    """Record October as a diligent officer does; gives the takedown item's address."""
    item = records(visitor, "takedowns", TAKEDOWN)
    steps(visitor, item, "ACKNOWLEDGED", "2026-10-12 09:40")
    steps(visitor, item, "ACTIONED", "2026-10-12 15:00", action="REMOVED", time_source="SYSTEM_LOG")
    records(visitor, "blocklists", UPDATE)
    records(visitor, "training", COMPLETION)
    records(visitor, "roster", SPAN)
    declares(visitor)
    return item


def prepares(visitor: Visitor, **fields: Any) -> None:
    """Freeze October for somebody else to approve."""
    visitor.opens(OCTOBER).fills_in(form="preparations", **fields)
    assert "Prepared. It is NOT FILED yet" in visitor.text


def opens_the_books(visitor: Visitor, items: int = 0) -> None:
    """Declare the opening balance of the first month."""
    visitor.opens(f"{OCTOBER}/opening").fills_in(open_items=str(items))


def files(visitor: Visitor) -> str:
    """Approve and file what is prepared for October; gives the receipt's number."""
    visitor.opens(OCTOBER).fills_in(form="filings")
    return visitor.heading.rpartition(" ")[2]


def is_heard(town: Town, reviewer: Visitor, kind: str = "FINDING", approver: str = "meas") -> None:
    """The reviewer sends a draft of something adverse; the ISP has nothing to say to it."""
    back = reviewer.path
    reviewer.follows("Send the ISP a draft first")
    reviewer.fills_in(kind=kind, text="Please say what you have to say to this.")
    assert "The ISP may reply" in reviewer.text
    isp = town.visit(approver).opens("/hearings")
    draft = isp.page.xpath("//a[contains(@href, '/hearings/')]/@href")[0]
    isp.opens(draft).fills_in(form="replies")
    assert "The ISP has nothing to say." in isp.text
    reviewer.opens(back)


def reviews(
    town: Town, version: int, outcome: str, comments: dict[str, str], *, heard: bool = False
) -> Visitor:
    """Begin, comment and decide as the reviewer, one page after another; what is adverse after the
    ISP was ``heard``.
    """
    reviewer = town.visit("sok").opens(f"/reviews/mekong-net/2026-10/{version}")
    reviewer.presses("Begin the review")
    for obligation, text in comments.items():
        reviewer.fills_in(form="comments", obligation=obligation, text=text)
    if heard:
        is_heard(town, reviewer)
    return reviewer.fills_in(form="decision", outcome=outcome)

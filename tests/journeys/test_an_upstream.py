"""An upstream with three downstreams: releases, one register, four returns, consent withdrawn."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, Role, SizeClass
from portal.period import Period
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import ListMode
from portal.registers.lists.inheriting import inherit
from portal.registers.lists.standing import say
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.judge import Share
from portal.returns.model import Filing
from portal.returns.reperform import every_filing, reperform
from portal.trail import verify
from tests import build
from tests.build import UPDATE
from tests.journeys.acts import OCTOBER, records, typed
from tests.town import LICENSED_ON, Town

MONTH = Period(2026, 10)
IWOL = ["INTERPOL_IWOL"]
LOWS = ("tonle-net", "small-net", "hill-net")
RELEASE = {
    "list_code": "INTERPOL_IWOL", "list_kind": "DOMAIN", "update_kind": "ADD",
    "version_label": "2026-10-20", "serial": "2026102001", "content_digest": "20" * 32,
    "published_at": "2026-10-20 12:00", "entries_total": "5001", "added": "1", "removed": "0",
}  # fmt: skip


def test_an_upstream_with_three_downstreams(town: Town) -> None:
    hill = a_third(town)
    publisher = town.visit("vann")
    said = ("releases", "publisher", "police", "INTERPOL_IWOL", "--from", "2026-11-05")
    town.runs(*said, "--as", "pich@example.org")
    publisher.opens("/releases/new").fills_in(**typed(RELEASE))

    # The upstream records one update by its page, and picks the other, on a telephone.
    up = town.visit("chea")
    wholesale = {"subscribers_in_scope": 52_000, "subscribers_covered": 51_900}
    records(up, "blocklists", UPDATE, **wholesale)
    up.opens("/returns").follows("Pick and record").follows("Record: INTERPOL Worst Of List")
    up.fills_in(applied_at="2026-10-20T16:00")
    assert "Recorded as BL-000002." in up.text

    # Two of its customers say so by page and the third by its officer; it consents to all three.
    for who in ("tep", "small"):
        low = town.visit(who).opens("/lists/standings/new")
        low.fills_in(lists=IWOL, mode="UPSTREAM", upstream="mekong-net", from_on="2026-10-01")
    says(town, hill)
    for slug in LOWS:
        up.opens(f"/lists/consents/{slug}/new").fills_in(from_on="2026-10-01")
    for who in ("tep", "small"):
        low = town.visit(who).opens(OCTOBER)
        assert "not taken over as they stand: 2." in low.text
        assert "released and not recorded by you: 1." in low.text
        low.opens("/lists").presses("Take over the evidence")
        assert "2 entries taken over." in low.text
        assert "released and not recorded" not in low.opens(OCTOBER).text
        assert "Pick and record" not in low.opens("/returns").text
    inherits(town, hill)

    filings = [files(town, slug, hill) for slug in ("mekong-net", *LOWS)]
    rows = [filing["lists"][0] for filing in filings]
    pooled = Share(
        sum(row["subscribers_covered"] for row in rows),
        sum(row["subscribers_in_scope"] for row in rows),
    )
    assert pooled == Share(51_900, 52_000)
    for filing in filings:
        words = {result["code"]: result["result"] for result in filing["results"]}
        assert {words[code] for code in ("SP5-07", "SP5-08", "SP5-09")} == {"MET"}

    # The upstream takes one consent back from the tenth on: the ninth is evidence, the tenth not.
    town.moves_to("2026-11-09 10:00")
    up = town.visit("chea").opens("/lists/consents/small-net/new")
    up.fills_in(from_on="2026-11-10")
    town.moves_to("2026-11-12 10:00")
    up = town.visit("chea")
    for day in ("09", "10"):
        records(up, "blocklists", {**UPDATE, **on(day)})
    for who, count in (("small", 1), ("tep", 2)):
        low = town.visit(who).opens("/lists").presses("Take over the evidence")
        assert f"{count} entr" in low.text
    with town.session() as session:
        assert days(session, town.bodies["small-net"]) == ["10-12", "10-20", "11-09"]
        assert days(session, town.bodies["tonle-net"]) == ["10-12", "10-20", "11-09", "11-10"]
        assert all(reperform(session, filing).equal for filing in every_filing(session))
        assert verify(session) == []


def a_third(town: Town) -> Actor:
    """A third customer, whose officer needs no browser."""
    with town.session() as session:
        isp = build.an_isp(session, "hill-net", size=SizeClass.SMALL, from_on=LICENSED_ON)
        town.bodies["hill-net"] = isp.id
        return build.an_officer(session, isp)


def says(town: Town, who: Actor) -> None:
    from_on = date(2026, 10, 1)
    with town.session() as session:
        say(
            session, who.organisation_id, IWOL, ListMode.UPSTREAM, from_on=from_on,
            upstream_id=town.bodies["mekong-net"], by=who, at=town.now,
        )  # fmt: skip


def inherits(town: Town, who: Actor) -> None:
    with town.session() as session:
        assert inherit(session, who.organisation_id, MONTH, by=who, at=town.now) == 2


def files(town: Town, slug: str, hill: Actor) -> dict[str, Any]:
    """File October; what the statement says."""
    isp = town.bodies[slug]
    people = {"mekong-net": ("chea", "meas"), "tonle-net": ("tep", "uk"),
              "small-net": ("small", "boss")}  # fmt: skip
    with town.session() as session:
        if slug in people:
            prepares, approves = (town.actors[name] for name in people[slug])
        else:
            other = build.an_officer(session, session.get_one(Organisation, isp), Role.APPROVER)
            prepares, approves = hill, other
        declare_opening(session, isp, MONTH, 0, by=prepares, at=town.now)
        nils = ("takedowns", "training")
        made = prepare(session, isp, MONTH, nils=nils, by=prepares, at=town.now)
        filing: Filing = file(session, isp, MONTH, made.no, by=approves, at=town.now)
        return json.loads(filing.statement)  # type: ignore[no-any-return]


def on(day: str) -> dict[str, Any]:
    """An update of a day of November."""
    text = f"2026-11-{day}"
    return {
        "content_digest": day * 32, "serial": int(day), "version_label": text,
        "published_at": f"{text} 08:00", "fetched_at": f"{text} 08:10",
        "applied_at": f"{text} 09:00", "tested_at": f"{text} 09:30",
    }  # fmt: skip


def days(session: Session, isp_id: int) -> list[str]:
    """The days of publication that stand in an ISP's register."""
    query = select(BlocklistUpdate.published_at).where(
        BlocklistUpdate.isp_id == isp_id, BlocklistUpdate.closed_seq.is_(None)
    )
    return sorted(f"{at:%m-%d}" for at in session.scalars(query))

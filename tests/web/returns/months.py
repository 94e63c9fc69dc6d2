"""What a town does about its October without a browser, and what a page of it is asked."""

from __future__ import annotations

from portal.period import Period
from portal.registers import REGISTERS
from portal.registers.actions import admit
from portal.returns.actions import declare_opening, file, prepare
from portal.reviews.actions import open_review
from tests.build import a_completion, a_takedown, an_update
from tests.town import Town
from tests.visitors import Visitor, said

OCTOBER = Period(2026, 10)
MONTH = "/returns/2026-10"
ALL_NIL = ["takedowns", "blocklists", "training"]


def opens_the_books(town: Town) -> None:
    """Mekong Net declares an opening balance of nought."""
    with town.session() as session:
        isp, by = town.bodies["mekong-net"], town.actors["chea"]
        declare_opening(session, isp, OCTOBER, 0, by=by, at=town.now)


def takes_in(town: Town, count: int, notice: str = "IHC-2026-0417") -> None:
    """Mekong Net records that many items of one notice of 12 October."""
    with town.session() as session:
        rows = [
            a_takedown(session, at=town.now, item_no=no, source_ref=notice)
            for no in range(1, count + 1)
        ]
        isp, by = town.bodies["mekong-net"], town.actors["chea"]
        admit(session, isp, REGISTERS["takedowns"], rows, by=by, at=town.now)


def is_busy(town: Town) -> None:
    """Mekong Net records an entry of October in every register that could be declared nil."""
    takes_in(town, 1)
    with town.session() as session:
        isp, by, at = town.bodies["mekong-net"], town.actors["chea"], town.now
        update, course = an_update(session, at=at), a_completion(session, at=at)
        admit(session, isp, REGISTERS["blocklists"], [update], by=by, at=at)
        admit(session, isp, REGISTERS["training"], [course], by=by, at=at)


def files_a_quiet_month(town: Town, nils: list[str] | None = None) -> None:
    """One prepares October, another approves and files it."""
    with town.session() as session:
        isp, said_nil = town.bodies["mekong-net"], ALL_NIL if nils is None else nils
        by, at = town.actors["chea"], town.now
        made = prepare(session, isp, OCTOBER, nils=said_nil, by=by, at=at)
        file(session, isp, OCTOBER, made.no, by=town.actors["meas"], at=at)


def begins_the_review(town: Town) -> None:
    """The authority opens version 1."""
    with town.session() as session:
        isp, by = town.bodies["mekong-net"], town.actors["sok"]
        open_review(session, isp, OCTOBER, 1, by=by, at=town.now)


def findings(visitor: Visitor) -> list[str]:
    """What the page says before filing: what is missing, what is odd."""
    return [said(item) for item in visitor.page.xpath("//ul[@class='findings']/li")]

"""The rules of review, each of which may say no."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from portal.entries.guards import looks_like_locator
from portal.errors import NotThere
from portal.period import Period
from portal.returns import queries as returns
from portal.returns.model import DecisionOutcome, Filing, ReviewStart
from portal.reviews import queries
from portal.reviews.model import MOST_WORDS
from portal.reviews.refusals import (
    AlreadyDecided,
    LooksLikeLocator,
    NeedsReasons,
    NotExcusable,
    NothingSaid,
    NotInForce,
    ReviewNotBegun,
    TooManyWords,
    UnknownObligation,
)

_WITHOUT_REASONS = (DecisionOutcome.ACCEPT,)


def guarded(words: str, most: int = MOST_WORDS) -> str:
    """Words that name no place and are not too many."""
    if looks_like_locator(words):
        raise LooksLikeLocator("text")
    if len(words) > most:
        raise TooManyWords("text", most=most)
    return words


def must_say(words: str) -> str:
    """Words where words are asked for."""
    if not words:
        raise NothingSaid("text")
    return words


def must_be_open(session: Session, filing: Filing) -> int:
    """The review has begun and is not decided; how many decisions an appeal has closed before."""
    before = queries.decisions(session, filing)
    if any(decision.closed_seq is None for decision in before):
        raise AlreadyDecided(receipt=filing.receipt)
    if session.get(ReviewStart, (filing.isp_id, filing.period, filing.version)) is None:
        raise ReviewNotBegun(receipt=filing.receipt)
    return len(before)


def must_be_known(filing: Filing, obligation: str) -> None:
    """The statement has the obligation."""
    known = {result["code"] for result in returns.read(filing.statement)["results"]}
    if obligation and obligation not in known:
        raise UnknownObligation("obligation", obligation=obligation)


def must_be_reasoned(session: Session, filing: Filing, outcome: DecisionOutcome) -> None:
    """All but a plain acceptance says why."""
    if outcome not in _WITHOUT_REASONS and not queries.comments(session, filing):
        raise NeedsReasons("outcome", outcome=outcome)


def must_be_excusable(filing: Filing, excused: Collection[str]) -> None:
    """Only what the statement calls excusable is excused."""
    results = returns.read(filing.statement)["results"]
    excusable = {result["code"] for result in results if result["excusable"]}
    for code in sorted(set(excused) - excusable):
        raise NotExcusable("excused", obligation=code)


def in_force(session: Session, isp_id: int, period: Period, version: int) -> Filing:
    """The filing, if it is the one that stands."""
    filing = returns.filing(session, isp_id, period, version)
    if filing is None:
        raise NotThere("version", version=version)
    standing = returns.in_force(session, isp_id, period)
    if standing is None or standing.version != version:
        raise NotInForce("version", version=version, receipt=filing.receipt)
    return filing

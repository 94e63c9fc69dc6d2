"""Re-performance: rebuild a filed statement from the entries as of its sequence, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.entries.withholding import withheld_up_to
from portal.period import Period
from portal.returns.composing import compose
from portal.returns.figures import Question, figures
from portal.returns.model import Filing
from portal.returns.queries import cut_off_before, read
from portal.returns.statement import freeze


@dataclass(frozen=True)
class Performed:
    """One filing rebuilt: ``equal`` byte for byte, else the parts that differ, by name;
    ``withheld`` is how many values of the rows up to its sequence do not stand.
    """

    receipt: str
    equal: bool
    differs: tuple[str, ...]
    withheld: int = 0


def reperform(session: Session, filing: Filing) -> Performed:
    """Rebuild one filing's statement from the registers as of its sequence number."""
    filed = read(filing.statement)
    nils = [slug for slug, register in filed["registers"].items() if register["nil"]]
    asked = question_of(session, filing)
    rebuilt = compose(session, asked, figures(session, asked), nils)
    frame = {name: filed[name] for name in ("seq", "system_seq", "version", "amends", "reason")}
    again = read(freeze({**rebuilt, **frame}))
    differs = tuple(sorted(name for name in filed if filed[name] != again.get(name)))
    equal = freeze({**rebuilt, **frame}) == filing.statement
    withheld = withheld_up_to(session, filing.isp_id, filing.basis_seq)
    return Performed(filing.receipt, equal, differs, withheld)


def question_of(session: Session, filing: Filing) -> Question:
    """What a filing answered: its month as of the sequence numbers that it froze."""
    period, system_seq = Period.parse(filing.period), read(filing.statement)["system_seq"]
    return Question(
        filing.isp_id,
        period,
        filing.basis_seq,
        system_seq,
        filing.cut_off_at,
        cut_off_before(session, filing.isp_id, period, filing.basis_seq, system_seq),
        filing.due_at if filing.version > 1 else None,
    )


def every_filing(session: Session) -> list[Filing]:
    """All filings, by month, ISP and version."""
    order = (Filing.period, Filing.isp_id, Filing.version)
    return list(session.scalars(select(Filing).order_by(*order)))

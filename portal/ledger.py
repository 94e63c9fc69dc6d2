"""Two rows an ISP and one for the system: sequence, head of the chain, the only lock."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, Digest
from portal.errors import NotThere

SYSTEM = 0
GENESIS = bytes(32)


class Ledger(Base):
    """Where an ISP's sequence stands; ``isp_id`` 0 is the system's own (acts without an ISP).

    The negative of an ISP's id is the ledger of who read what of it: to be read moves no figure,
    so it must not move the sequence that figures are as of.
    """

    __tablename__ = "ledger"

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    head: Mapped[bytes] = mapped_column(Digest, default=GENESIS)
    next_key: Mapped[int] = mapped_column(BigInteger, default=1)


# Asked at every act and for every return: built once.
_SEQUENCE = select(Ledger.seq).where(Ledger.isp_id == bindparam("isp_id"))
_TAKE = select(Ledger).where(Ledger.isp_id == bindparam("isp_id")).with_for_update()


def open_ledger(session: Session, isp_id: int) -> None:
    """Begin the ledgers of a new ISP (or the system's one), once."""
    for own in {isp_id, reads_of(isp_id)}:
        if session.get(Ledger, own) is None:
            session.add(Ledger(isp_id=own, seq=0, head=GENESIS, next_key=1))
    session.flush()


def reads_of(isp_id: int) -> int:
    """The ledger of who read what of an ISP."""
    return -isp_id


def take(session: Session, isp_id: int) -> Ledger:
    """Lock an ISP's ledger row until the transaction ends and return it fresh.

    Guards that must not be raced are asked after this call, and the lock should be taken as late
    as they allow. Who needs two takes the ISP's first, then the system's. Raises NotThere.
    """
    fresh = {"populate_existing": True}
    found = session.execute(_TAKE, {"isp_id": isp_id}, execution_options=fresh)
    book = found.scalar_one_or_none()
    if book is None:
        raise NotThere("isp")
    return book


def sequence(session: Session, isp_id: int) -> int:
    """The sequence number of an ISP's latest act; *as of* now means this."""
    return session.execute(_SEQUENCE, {"isp_id": isp_id}).scalar_one()


def keys(book: Ledger, count: int) -> range:
    """Take ``count`` new entry keys of the ISP; call under the lock."""
    first = book.next_key
    book.next_key = first + count
    return range(first, first + count)

"""A run of retention: what is over its term stops standing, a batch at a time.

Each batch is a transaction of the caller's, so that a run can be killed anywhere and begun again:
it takes up what stands. SQL chooses; no more than a batch is ever held in memory. Holds do not
choose: what is held goes from every page all the same, and its last copy stays
(``portal.entries.letting_go``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Actor
from portal.entries.codes import WithholdingReason
from portal.entries.kin import Found, Value
from portal.entries.letting_go import copies_to_let_go, let_go
from portal.entries.refusals import ChangedMeanwhile, NothingToWithhold
from portal.entries.withholding import withhold
from portal.ledger import SYSTEM, take
from portal.retention.choosing import Chooser, Key
from portal.retention.people import PSEUDONYM, people_left
from portal.retention.rows import OF_AN_ISP, OF_NO_ISP, Kept
from portal.retention.terms import Terms, terms_at

AT_ONCE: Final = 500
_TRIES = 3
_OVER, _LEFT = WithholdingReason.RETENTION_OVER, WithholdingReason.PSEUDONYM_PURGED

Choose = Callable[[], Sequence[Found]]


@dataclass(frozen=True)
class Batch:
    """What one transaction did: how many values stopped standing and why, by the ISP whose they are
    (0: of none); or, without a reason, how many last copies went that a hold had kept.
    """

    reason: WithholdingReason | None
    values: Counter[int]


def run(
    session: Session, *, by: Actor, at: datetime, dry: bool = False, at_once: int = AT_ONCE
) -> Iterator[Batch]:
    """Withhold what is over its term; whoever asks commits after each batch, and opens the next
    transaction as one that writes. ``dry`` changes nothing and counts the same; ``at_once`` is how
    many rows, or people, a batch looks at.

    Where the policy in force says no terms there is nothing to do. Raises NoPolicyInForce.
    """
    terms = terms_at(session, at)
    if terms is not None:
        yield from _Run(session, terms, by, at, dry=dry, at_once=at_once).batches()


class _Run:
    def __init__(
        self, session: Session, terms: Terms, by: Actor, at: datetime, *, dry: bool, at_once: int
    ) -> None:
        self._session, self._terms, self._by, self._at = session, terms, by, at
        self._dry, self._at_once = dry, at_once
        self._choosing = Chooser(session, terms)

    def batches(self) -> Iterator[Batch]:
        for isp_id in self._choosing.isps:
            for kept in OF_AN_ISP:
                yield from self._rows(kept, isp_id)
            yield from self._people(isp_id)
        for kept in OF_NO_ISP:
            yield from self._rows(kept, None)
        yield from self._copies()

    def _rows(self, kept: Kept, isp_id: int | None) -> Iterator[Batch]:
        last: Key | None = None
        while page := self._choosing.page(kept, isp_id, last, self._at_once):
            last = page[-1]
            choose = partial(self._choosing.of_rows, kept, page)
            yield from self._batch(_OVER, choose, kept, page)

    def _people(self, isp_id: int) -> Iterator[Batch]:
        after = ""
        while names := people_left(
            self._session, isp_id, self._terms, after=after, limit=self._at_once
        ):
            after = names[-1]
            yield from self._batch(_LEFT, partial(self._choosing.of_people, isp_id, names))

    def _copies(self) -> Iterator[Batch]:
        count = copies_to_let_go(self._session, self._at)
        if count and not self._dry:
            count = let_go(self._session, at=self._at)
            book = take(self._session, SYSTEM)
            by, at = self._by, self._at
            trail.append(self._session, book, "values.let-go", by=by, at=at, count=count)
        if count:
            yield Batch(None, Counter({SYSTEM: count}))

    def _batch(
        self,
        reason: WithholdingReason,
        choose: Choose,
        kept: Kept | None = None,
        page: Sequence[Key] = (),
    ) -> Iterator[Batch]:
        """Withhold what is chosen; a run that only counts counts each value where a real one would
        come to it.
        """
        chosen = choose()
        if not self._dry:
            chosen = self._withhold(reason, choose, [f.value for f in chosen])
        elif kept is not None:
            # What is compared with them is chosen again at its own row.
            own = set(page)
            chosen = [f for f in chosen if f.value.table is kept.table and f.key in own]
        else:
            # A pseudonym in a case that is over its term went with the case.
            over = self._choosing.over(chosen)
            chosen = [
                f
                for f in chosen
                if f.value.field == PSEUDONYM or (f.value.table, f.key) not in over
            ]
        if chosen:
            yield Batch(reason, Counter(f.owner_id for f in chosen))

    def _withhold(
        self, reason: WithholdingReason, choose: Choose, wanted: Sequence[Value]
    ) -> Sequence[Found]:
        last: Sequence[Found] = ()

        def again(_session: Session, _values: Iterable[Value]) -> Sequence[Found]:
            nonlocal last
            last = choose()
            return last

        for _ in range(_TRIES):
            try:
                withhold(
                    self._session, wanted, reason=reason, by=self._by, at=self._at, choose=again
                )
            except NothingToWithhold:
                return ()
            except ChangedMeanwhile:
                # Somebody else wrote before the ledgers were ours: what is theirs is chosen anew.
                continue
            return last
        return ()

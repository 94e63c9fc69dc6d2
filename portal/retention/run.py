"""A run of retention: what is over its term stops standing, a batch at a time.

Each batch is a transaction of the caller's, so that a run can be killed anywhere and begun again:
it takes up what stands. SQL chooses; no more than a batch is ever held in memory. Holds do not
choose: what is held goes from every page all the same, and its last copy stays
(``portal.entries.letting_go``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Actor
from portal.accounts.queries import all_isps
from portal.entries.codes import WithholdingReason
from portal.entries.entry import MARK
from portal.entries.kin import Found, Value, chunks, marked, read, with_kin_of
from portal.entries.letting_go import copies_to_let_go, let_go
from portal.entries.refusals import ChangedMeanwhile, NothingToWithhold
from portal.entries.withholding import withhold
from portal.ledger import SYSTEM, take
from portal.period import Period
from portal.retention.people import PSEUDONYM, parted, people_left, traces, worked
from portal.retention.rows import OF_AN_ISP, OF_NO_ISP, Kept, Unsettled
from portal.retention.settled import touches, unsettled
from portal.retention.terms import Terms, terms_at

AT_ONCE: Final = 500
_KEPT: Final[dict[Any, Kept]] = {kept.table: kept for kept in (*OF_AN_ISP, *OF_NO_ISP)}
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
        self._unsettled: Unsettled = {
            isp.id: unsettled(session, isp.id, Period.on(terms.day)) for isp in all_isps(session)
        }

    def batches(self) -> Iterator[Batch]:
        for isp_id in sorted(self._unsettled):
            for kept in OF_AN_ISP:
                yield from self._rows(kept, isp_id)
            yield from self._people(isp_id)
        for kept in OF_NO_ISP:
            yield from self._rows(kept, None)
        yield from self._copies()

    def _rows(self, kept: Kept, isp_id: int | None) -> Iterator[Batch]:
        last: tuple[Any, ...] | None = None
        while page := self._page(kept, isp_id, last):
            last = page[-1]
            yield from self._batch(_OVER, lambda keys=page: self._of_rows(kept, keys), kept, page)  # type: ignore[misc]

    def _people(self, isp_id: int) -> Iterator[Batch]:
        after = ""
        while names := people_left(
            self._session, isp_id, self._terms, after=after, limit=self._at_once
        ):
            after = names[-1]
            yield from self._batch(_LEFT, lambda some=names: self._of_people(isp_id, some))  # type: ignore[misc]

    def _copies(self) -> Iterator[Batch]:
        count = copies_to_let_go(self._session, self._at)
        if count and not self._dry:
            count = let_go(self._session, at=self._at)
            book = take(self._session, SYSTEM)
            facts = {"by": self._by, "at": self._at, "count": count}
            trail.append(self._session, book, "values.let-go", **facts)
        if count:
            yield Batch(None, Counter({SYSTEM: count}))

    def _batch(
        self,
        reason: WithholdingReason,
        choose: Choose,
        kept: Kept | None = None,
        page: Sequence[tuple[Any, ...]] = (),
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
            over = self._over(chosen)
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

    def _page(
        self, kept: Kept, isp_id: int | None, after: tuple[Any, ...] | None
    ) -> list[tuple[Any, ...]]:
        """The keys of the next rows that are over their term and have a text that stands."""
        key = _key(kept)
        stands = or_(
            *(
                and_(
                    getattr(kept.row, name).is_not(None),
                    func.substr(getattr(kept.row, name), 1, 1) != MARK,
                    getattr(kept.row, f"{name}_salt").is_not(None),
                )
                for name in kept.fields
            )
        )
        mine = self._unsettled if isp_id is None else {isp_id: self._unsettled[isp_id]}
        query = select(*key).where(stands, kept.over(self._terms, mine)).order_by(*key)
        if isp_id is not None:
            query = query.where(kept.row.isp_id == isp_id)
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(*after))
        return [tuple(row) for row in self._session.execute(query.limit(self._at_once))]

    def _of_rows(self, kept: Kept, keys: Sequence[tuple[Any, ...]]) -> Sequence[Found]:
        """The texts of some rows with their kin, less those of which one has to stay."""
        table = kept.table
        own = tuple_(*table.__table__.primary_key.columns).in_(keys)
        found = {name: list(read(self._session, table, name, own)) for name in kept.fields}
        alone = [one for name in kept.alone for one in found.pop(name)]
        chosen = [
            *marked(alone, lambda one: one.value),
            *with_kin_of(self._session, (one for some in found.values() for one in some)),
        ]
        over = self._over(chosen)
        stays = {one.mark for one in chosen if (one.value.table, one.key) not in over}
        return [one for one in chosen if one.mark not in stays]

    def _over(self, found: Iterable[Found]) -> set[tuple[Any, tuple[Any, ...]]]:
        """Which of the rows of these values are over their term, by table and key."""
        wanted: dict[Any, set[tuple[Any, ...]]] = defaultdict(set)
        for one in found:
            wanted[one.value.table].add(one.key)
        over: set[tuple[Any, tuple[Any, ...]]] = set()
        for table, keys in wanted.items():
            kept = _KEPT[table]
            condition = kept.over(self._terms, self._unsettled)
            for some in chunks(sorted(keys)):
                query = select(*_key(kept)).where(tuple_(*_key(kept)).in_(some), condition)
                over |= {(table, tuple(row)) for row in self._session.execute(query)}
        return over

    def _of_people(self, isp_id: int, names: Sequence[str]) -> Sequence[Found]:
        """The pseudonyms of those who left and of whom no month is unsettled."""
        found = traces(self._session, isp_id, names, self._terms)
        open_months = self._unsettled[isp_id]
        left = {
            name: mine
            for name, mine in found.items()
            if mine and not touches(worked(mine), open_months)
        }
        return parted(self._session, isp_id, left) if left else []


def _key(kept: Kept) -> list[Any]:
    return [getattr(kept.row, column.name) for column in kept.table.__table__.primary_key.columns]

"""What a run chooses: rows that are over their term, people who left, and what goes with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from portal.accounts.queries import all_isps
from portal.entries.entry import MARK
from portal.entries.kin import Found, marked, read, with_kin_of
from portal.period import Period
from portal.retention.people import parted, traces, worked
from portal.retention.rows import OF_AN_ISP, OF_NO_ISP, Kept, Unsettled
from portal.retention.settled import touches, unsettled
from portal.retention.terms import Terms
from portal.rows import chunks

_KEPT: Final[dict[Any, Kept]] = {kept.table: kept for kept in (*OF_AN_ISP, *OF_NO_ISP)}
Key = tuple[Any, ...]


class Chooser:
    """Chooses on the terms of one run; asked again under the ledgers, it answers anew."""

    def __init__(self, session: Session, terms: Terms) -> None:
        self._session, self._terms = session, terms
        self._unsettled: Unsettled = {
            isp.id: unsettled(session, isp.id, Period.on(terms.day)) for isp in all_isps(session)
        }

    @property
    def isps(self) -> list[int]:
        """Every ISP, in the order of their ledgers."""
        return sorted(self._unsettled)

    def page(self, kept: Kept, isp_id: int | None, after: Key | None, limit: int) -> list[Key]:
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
        return [tuple(row) for row in self._session.execute(query.limit(limit))]

    def of_rows(self, kept: Kept, keys: Sequence[Key]) -> Sequence[Found]:
        """The texts of some rows with their kin, less those of which one has to stay."""
        table = kept.table
        own = tuple_(*table.__table__.primary_key.columns).in_(keys)
        found = {name: list(read(self._session, table, name, own)) for name in kept.fields}
        alone = [one for name in kept.alone for one in found.pop(name)]
        chosen = [
            *marked(alone, lambda one: one.value),
            *with_kin_of(self._session, (one for some in found.values() for one in some)),
        ]
        over = self.over(chosen)
        stays = {one.mark for one in chosen if (one.value.table, one.key) not in over}
        return [one for one in chosen if one.mark not in stays]

    def over(self, found: Iterable[Found]) -> set[tuple[Any, Key]]:
        """Which of the rows of these values are over their term, by table and key."""
        wanted: dict[Any, set[Key]] = defaultdict(set)
        for one in found:
            wanted[one.value.table].add(one.key)
        over: set[tuple[Any, Key]] = set()
        for table, keys in wanted.items():
            kept = _KEPT.get(table)
            if kept is None:
                # It has no term: what it shares with others stays.
                continue
            condition = kept.over(self._terms, self._unsettled)
            for some in chunks(sorted(keys)):
                query = select(*_key(kept)).where(tuple_(*_key(kept)).in_(some), condition)
                over |= {(table, tuple(row)) for row in self._session.execute(query)}
        return over

    def of_people(self, isp_id: int, names: Sequence[str]) -> Sequence[Found]:
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

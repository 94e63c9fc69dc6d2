"""Which lines a seed chooses, in one pass over the entries behind a filed month.

The rule, so that anybody can draw again by hand: of so many lines wanted, half (rounded up) are
taken from those that are looked at first, the others from the rest, and where one side has too few
the other one fills up; on each side the lines stand in the order of SHA-256(seed followed by the
line's digest in hexadecimal), and the first ones are taken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, select
from sqlalchemy.orm import Session

from portal.entries.codes import CorrectionReason
from portal.policy.codes import Priority
from portal.returns.clockwork import Clockwork, Shape
from portal.returns.frozen import keyed
from portal.returns.odd_times import entered_late
from portal.reviews.drawing import digest_of_names, place_of
from portal.reviews.samples.model import LineFlag

_AT_ONCE = 2000


@dataclass(frozen=True)
class Drawn:
    """A line as it was met: key, flag, digest."""

    key: int
    flag: LineFlag
    line: bytes

    @property
    def is_first(self) -> bool:
        """Whether it is looked at first."""
        return self.flag is not LineFlag.NONE


@dataclass(frozen=True)
class Choice:
    """What a seed chooses of a population: flagged lines first, each side in the seed's order."""

    population: int
    flagged: int
    chosen: tuple[Drawn, ...]
    population_digest: bytes

    @property
    def first(self) -> int:
        """How many of the chosen are flagged."""
        return sum(one.is_first for one in self.chosen)

    @property
    def sample_digest(self) -> bytes:
        """What is recorded of the sample."""
        return digest_of_names(one.line.hex() for one in self.chosen)


def choose(session: Session, work: Clockwork, slug: str, seed: str, wanted: int) -> Choice:
    """Choose ``wanted`` lines of a register behind a month, or all where there are fewer; memory
    does not grow with the population. Raises NotThere for a register without keys.
    """
    running = hashlib.sha256()
    flagged, others = Side(seed, wanted), Side(seed, wanted)
    for one in _lines(session, work, slug):
        running.update(one.line)
        (flagged if one.is_first else others).meets(one)
    first = shared(flagged.count, others.count, wanted)
    chosen = (*flagged.best(first), *others.best(wanted - first))
    return Choice(flagged.count + others.count, flagged.count, chosen, running.digest())


def shared(flagged: int, others: int, wanted: int) -> int:
    """How many of the wanted lines are taken from the flagged ones."""
    half = -(-wanted // 2)
    return min(flagged, max(half, wanted - others))


@dataclass
class Side:
    """The first lines of one side so far, by the order that the seed gives."""

    seed: str
    most: int
    count: int = 0
    kept: list[tuple[tuple[bytes, str], Drawn]] = field(default_factory=list)

    def meets(self, one: Drawn) -> None:
        """Take note of a line."""
        self.count += 1
        self.kept.append((place_of(self.seed, one.line.hex()), one))
        if len(self.kept) > 2 * self.most + _AT_ONCE:
            self._cut()

    def best(self, count: int) -> list[Drawn]:
        """The first lines in order."""
        self._cut()
        return [one for _, one in self.kept[:count]]

    def _cut(self) -> None:
        self.kept.sort(key=lambda kept: kept[0])
        del self.kept[self.most :]


def _lines(session: Session, work: Clockwork, slug: str) -> Iterator[Drawn]:
    query = _flagged_lines(slug, work.shape).execution_options(yield_per=_AT_ONCE)
    for rows in session.execute(query, work.values()).partitions():
        for key, flag, line in rows:
            yield Drawn(key, LineFlag(flag), line)


@cache
def _flagged_lines(slug: str, shape: Shape) -> Select[Any]:
    rows = keyed(slug).subquery()
    flag = case(*_flags(slug, shape, rows.c), else_=LineFlag.NONE.value)
    return select(rows.c.key, flag, rows.c.digest).order_by(rows.c.key)


def _flags(slug: str, shape: Shape, columns: Any) -> list[tuple[ColumnElement[bool], str]]:
    if slug == "takedowns":
        return [
            (columns.key.in_(entered_late(shape)), LineFlag.BACK_DATED.value),
            (columns.priority == Priority.P1_CHILD_IN_DANGER, LineFlag.URGENT.value),
        ]
    # A complaint goes on by later versions: those correct nothing.
    corrected = and_(columns.version > 1, columns.reason != CorrectionReason.PROGRESS)
    return [(corrected, LineFlag.CORRECTED.value)]

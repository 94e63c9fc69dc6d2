"""How far a key of a program reaches: what it may read, whether it writes, whether it records."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any


class Scope(enum.StrEnum):
    """What a program's key may read; each is asked for when the key is made."""

    ENTRIES = "ENTRIES"
    NOTICES = "NOTICES"
    FILINGS = "FILINGS"
    PAPERS = "PAPERS"
    POLICY = "POLICY"


@dataclass(frozen=True)
class Reach:
    """How far a key reaches: whether it writes its program's registers, what it reads, and whether
    it is for trying out alone.
    """

    writes: bool = True
    reads: frozenset[Scope] = frozenset()
    sandbox: bool = False

    def facts(self) -> dict[str, Any]:
        """As the trail keeps it."""
        reads = [str(one) for one in Scope if one in self.reads]
        return {"writes": self.writes, "reads": reads, "sandbox": self.sandbox}


WRITES = Reach()
"""A key that writes what its program may write, and reads nothing."""

"""The digest of a basis: how many lines it has, and SHA-256 over what each of them has."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from portal.returns.blanks import ask


@dataclass(frozen=True)
class Lines:
    """How many lines a basis has, and SHA-256 over their digests in the order of their keys."""

    count: int
    digest: str


NO_LINES = Lines(0, hashlib.sha256().hexdigest())


def digested(session: Session, query: Select[Any], values: Mapping[str, Any]) -> Lines:
    """Stream the digests that a query has in its last column; memory does not grow with them."""
    running, count = hashlib.sha256(), 0
    # Said beside the statement: a copy of it would have to be read anew to be known again.
    found = ask(session, query, values, yield_per=5000)
    for batch in found.partitions():
        count += len(batch)
        running.update(b"".join(row[-1] for row in batch))
    return Lines(count, running.hexdigest())

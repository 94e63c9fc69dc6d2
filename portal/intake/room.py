"""A disk that is full, said in words: what was under way is undone, and nothing was recorded."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError

from portal.errors import Refusal

_DISK_FULL: Final = "53100"


class NoRoom(Refusal):
    """There is no room left on a disk, of the database or for what is spooled."""

    code = "no-room"


@contextmanager
def room() -> Iterator[None]:
    """Raise NoRoom where the block finds a disk full; the caller rolls back."""
    try:
        yield
    except DBAPIError as failure:
        said = str(failure.orig)
        full = "disk is full" in said or "disk I/O error" in said
        if full or getattr(failure.orig, "sqlstate", None) == _DISK_FULL:
            raise NoRoom from None
        raise
    except OSError as failure:
        if failure.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}:
            raise NoRoom from None
        raise

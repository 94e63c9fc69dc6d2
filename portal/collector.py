"""When the collector of cycles has nothing to find."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of cycles out of work that makes very many objects and no cycles (the
    boxes of one page, the rows of one file): it would walk them again and again, and find that all
    are in use.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

"""Where the files lie that wait for a decision."""

from __future__ import annotations

from portal.intake.uploads import Store
from portal.web.session import settings


def store() -> Store:
    """The private folder of the running app."""
    return Store(settings().uploads)

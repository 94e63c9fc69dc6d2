"""A client for the portal's interface for programs: installed alone, with Python and nothing else.

>>> portal = Portal("https://portal.example", key)
>>> portal.record("takedowns", {"own_ref": "T-4711", ...})
"""

from portal.client.calling import NotTaken, Unreachable
from portal.client.portal import Portal
from portal.client.shapes import (
    Batch,
    Certificate,
    Entry,
    Event,
    Events,
    Fault,
    File,
    Filing,
    Key,
    Notice,
    Recorded,
    Row,
    Version,
)

__all__ = [
    "Batch",
    "Certificate",
    "Entry",
    "Event",
    "Events",
    "Fault",
    "File",
    "Filing",
    "Key",
    "NotTaken",
    "Notice",
    "Portal",
    "Recorded",
    "Row",
    "Unreachable",
    "Version",
]

"""The registers of the house, listed once: what each is called, holds and takes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from portal.accounts import Permission
from portal.entries.inputs import Input
from portal.errors import NotThere
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.complaints import Complaint
from portal.registers.inputs_blocklists import BlocklistUpdateIn
from portal.registers.inputs_complaints import ComplaintIn
from portal.registers.inputs_staff import CompletionIn, RosterSpanIn
from portal.registers.inputs_takedowns import TakedownIn
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown
from portal.registers.training import Completion


@dataclass(frozen=True)
class Register:
    """One register. ``dated_by`` is the column that says when an entry belongs; lists are ordered
    and months are filtered by it. ``shown`` are the list's columns, ``filters`` its code filters;
    ``permission`` is what it takes to write here.

    ``of_staff``: an entry may be older than the licence, for what it says holds on.
    """

    slug: str
    prefix: str
    table: Any
    input: type[Input]
    dated_by: str
    shown: tuple[str, ...]
    filters: tuple[str, ...]
    permission: Permission
    of_staff: bool = False

    def name(self, key: int) -> str:
        """How an entry is called: TD-000042."""
        return f"{self.prefix}-{key:06d}"


_LISTED: Final = (
    Register(
        slug="takedowns",
        prefix="TD",
        table=Takedown,
        input=TakedownIn,
        dated_by="received_at",
        shown=("received_at", "source_type", "source_ref", "priority", "service_role"),
        filters=("priority", "source_type", "service_role"),
        permission=Permission.TAKEDOWN_WRITE,
    ),
    Register(
        slug="blocklists",
        prefix="BL",
        table=BlocklistUpdate,
        input=BlocklistUpdateIn,
        dated_by="published_at",
        shown=("published_at", "list_code", "update_kind", "applied_at", "test_result"),
        filters=("list_code", "update_kind", "test_result"),
        permission=Permission.BLOCKLIST_WRITE,
    ),
    Register(
        slug="training",
        prefix="TR",
        table=Completion,
        input=CompletionIn,
        dated_by="held_on",
        shown=("held_on", "staff_ref", "module", "level", "result"),
        filters=("module", "result"),
        permission=Permission.TRAINING_WRITE,
        of_staff=True,
    ),
    Register(
        slug="roster",
        prefix="RS",
        table=RosterSpan,
        input=RosterSpanIn,
        dated_by="from_on",
        shown=("from_on", "until_on", "staff_ref", "role_group", "handles_notices"),
        filters=("role_group",),
        permission=Permission.TRAINING_WRITE,
        of_staff=True,
    ),
    Register(
        slug="complaints",
        prefix="CO",
        table=Complaint,
        input=ComplaintIn,
        dated_by="received_at",
        shown=("received_at", "list_code", "method", "outcome", "decided_at"),
        filters=("list_code", "outcome"),
        permission=Permission.TAKEDOWN_WRITE,
    ),
)

REGISTERS: Final[Mapping[str, Register]] = MappingProxyType({r.slug: r for r in _LISTED})


def register_named(slug: str) -> Register:
    """The register of a short name; raises NotThere."""
    try:
        return REGISTERS[slug]
    except KeyError:
        raise NotThere("register") from None

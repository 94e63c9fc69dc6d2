"""Which register an obligation is judged by: where the entries behind its figures are found."""

from __future__ import annotations

from typing import Final

from portal.policy.codes import Measure
from portal.policy.obligations import Obligation
from portal.returns.clockwork import COMPLAINT_ACK, COMPLAINT_DECIDE, RESTORE

_REGISTERS: Final = {
    Measure.TAKEDOWNS: "takedowns",
    Measure.BLOCKLISTS: "blocklists",
    Measure.TRAINING: "training",
    Measure.DECLARATION: "declarations",
}
# Their clocks run on complaints, although the policy judges them as it does takedowns.
_OF_COMPLAINTS: Final = {COMPLAINT_ACK, COMPLAINT_DECIDE, RESTORE}


def register_of(obligation: Obligation) -> str | None:
    """The short name of the register; None for what no register judges."""
    clocks = {code.split(".")[-1] for code in obligation.indicators}
    return "complaints" if clocks & _OF_COMPLAINTS else _REGISTERS.get(obligation.measured_by)


def registers_behind(obligation: Obligation) -> frozenset[str]:
    """Every register of entries that the figures of an obligation are made of; who is trained is
    counted among those on the roster.
    """
    slug = register_of(obligation)
    if slug is None or slug == "declarations":
        return frozenset()
    return frozenset({slug, "roster"} if slug == "training" else {slug})

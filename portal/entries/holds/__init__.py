"""What must not be destroyed: legal holds, set and lifted by an officer, known to no ISP."""

from portal.entries.holds.actions import lift_hold, review_hold, set_hold
from portal.entries.holds.model import HoldGround, HoldStep, LegalHold, LiftReason, StepKind
from portal.entries.holds.queries import Scope, scopes

__all__ = [
    "HoldGround",
    "HoldStep",
    "LegalHold",
    "LiftReason",
    "Scope",
    "StepKind",
    "lift_hold",
    "review_hold",
    "scopes",
    "set_hold",
]

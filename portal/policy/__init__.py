"""WHAT IS OWED: frameworks, dated policy versions, obligations, limits, lists and the calendar."""

from portal.policy.actions import adopt, load, override_day
from portal.policy.calendar import due_at
from portal.policy.document import Policy
from portal.policy.obligations import Obligation
from portal.policy.pack import shipped_pack
from portal.policy.queries import InForce, framework_on, policies_in_force, policy_at, policy_on

__all__ = [
    "InForce",
    "Obligation",
    "Policy",
    "adopt",
    "due_at",
    "framework_on",
    "load",
    "override_day",
    "policies_in_force",
    "policy_at",
    "policy_on",
    "shipped_pack",
]

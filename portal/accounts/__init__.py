"""WHO: people, organisations, licences, memberships and permissions."""

from portal.accounts.bindings import Binding
from portal.accounts.model import (
    Actor,
    Licence,
    LicenceKind,
    LicenceStatus,
    Membership,
    Organisation,
    OrganisationKind,
    Particulars,
    Person,
    SizeClass,
    SuccessionKind,
    Waiver,
)
from portal.accounts.permissions import DESKS, GRANTS, Desk, Permission, Role, may
from portal.accounts.programs import Program, ProgramKey, ProgramKeyUse

__all__ = [
    "DESKS",
    "GRANTS",
    "Actor",
    "Binding",
    "Desk",
    "Licence",
    "LicenceKind",
    "LicenceStatus",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "Particulars",
    "Permission",
    "Person",
    "Program",
    "ProgramKey",
    "ProgramKeyUse",
    "Role",
    "SizeClass",
    "SuccessionKind",
    "Waiver",
    "may",
]

"""WHO: people, organisations, licences, memberships and permissions."""

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
from portal.accounts.permissions import GRANTS, Permission, Role, may

__all__ = [
    "GRANTS",
    "Actor",
    "Licence",
    "LicenceKind",
    "LicenceStatus",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "Particulars",
    "Permission",
    "Person",
    "Role",
    "SizeClass",
    "SuccessionKind",
    "Waiver",
    "may",
]

"""The closed code lists that a policy speaks of; the registers above import them from here."""

from __future__ import annotations

import enum


class Category(enum.StrEnum):
    """What a legal basis may cover; there is no third (chairs C2)."""

    CSAM = "CSAM"
    CSEA = "CSEA"


class Priority(enum.StrEnum):
    """How urgent a takedown item is; each has limits of its own."""

    P1_CHILD_IN_DANGER = "P1_CHILD_IN_DANGER"
    P2_STANDARD = "P2_STANDARD"
    P3_CONTEXTUAL = "P3_CONTEXTUAL"


class ServiceRole(enum.StrEnum):
    """In which service the ISP was asked to act; it bounds what the ISP can do."""

    HOSTING = "HOSTING"
    ACCESS = "ACCESS"
    DNS_RESOLVER = "DNS_RESOLVER"
    CACHE_CDN = "CACHE_CDN"
    DOMAIN_REGISTRATION = "DOMAIN_REGISTRATION"


class ActionType(enum.StrEnum):
    """What the ISP did (takedown register, data dictionary §2.1; chairs C3)."""

    REMOVED = "REMOVED"
    ACCESS_DISABLED = "ACCESS_DISABLED"
    ACCOUNT_SUSPENDED = "ACCOUNT_SUSPENDED"
    ACCOUNT_TERMINATED = "ACCOUNT_TERMINATED"
    SERVICE_TERMINATED = "SERVICE_TERMINATED"
    BLOCKED = "BLOCKED"
    FORWARDED_TO_HOST = "FORWARDED_TO_HOST"
    NOT_BLOCKED_OVERBLOCK = "NOT_BLOCKED_OVERBLOCK"
    ALREADY_UNAVAILABLE = "ALREADY_UNAVAILABLE"
    NOT_OUR_SERVICE = "NOT_OUR_SERVICE"
    REFUSED_NOT_ILLEGAL = "REFUSED_NOT_ILLEGAL"
    WITHDRAWN_BY_NOTIFIER = "WITHDRAWN_BY_NOTIFIER"


class ListKind(enum.StrEnum):
    """What the entries of a list are; the entries themselves are never stored (chairs C4)."""

    DOMAIN = "DOMAIN"
    URL = "URL"
    IP = "IP"
    HASH_MD5 = "HASH_MD5"
    HASH_SHA1 = "HASH_SHA1"
    HASH_SHA256 = "HASH_SHA256"
    HASH_PHOTODNA = "HASH_PHOTODNA"
    HASH_PDQ = "HASH_PDQ"


class Module(enum.StrEnum):
    """A training module (data dictionary §2.3)."""

    LAW_AND_DUTIES = "LAW_AND_DUTIES"
    NTD_PROCEDURE = "NTD_PROCEDURE"
    AUTHORITY_REPORTING = "AUTHORITY_REPORTING"
    EVIDENCE_PRESERVATION = "EVIDENCE_PRESERVATION"
    SAFE_HANDLING_NO_VIEWING = "SAFE_HANDLING_NO_VIEWING"
    BLOCKLIST_OPERATIONS = "BLOCKLIST_OPERATIONS"
    OVERBLOCKING_AND_COMPLAINTS = "OVERBLOCKING_AND_COMPLAINTS"
    CUSTOMER_REPORT_INTAKE = "CUSTOMER_REPORT_INTAKE"
    TERMINOLOGY_VICTIM_CENTRED = "TERMINOLOGY_VICTIM_CENTRED"
    STAFF_WELLBEING = "STAFF_WELLBEING"
    DATA_PROTECTION = "DATA_PROTECTION"
    MANAGEMENT_BRIEFING = "MANAGEMENT_BRIEFING"


class RoleGroup(enum.StrEnum):
    """What a member of staff in scope does; a person is known by a pseudonym only."""

    DESIGNATED_HANDLER = "DESIGNATED_HANDLER"
    ABUSE_DESK = "ABUSE_DESK"
    NOC_DNS = "NOC_DNS"
    CUSTOMER_CARE = "CUSTOMER_CARE"
    LEGAL_COMPLIANCE = "LEGAL_COMPLIANCE"
    MANAGEMENT = "MANAGEMENT"
    CONTRACTOR = "CONTRACTOR"


class TrainingResult(enum.StrEnum):
    """How a training ended for one person."""

    PASSED = "PASSED"
    ATTENDED = "ATTENDED"
    FAILED = "FAILED"
    ABSENT = "ABSENT"
    EXEMPT = "EXEMPT"


class JudgedAt(enum.StrEnum):
    """Which moment chooses the policy version that judges (design §2.10)."""

    RECEIVED_AT = "RECEIVED_AT"
    PUBLISHED_AT = "PUBLISHED_AT"
    PERIOD_END = "PERIOD_END"
    DUE_DAY = "DUE_DAY"


class SealedText(enum.StrEnum):
    """The texts of entries that stand in digests as commitments alone, by their columns."""

    OWN_REF = "own_ref"
    SOURCE_REF = "source_ref"
    STAFF_REF = "staff_ref"
    HANDLED_BY = "handled_by"
    REFERENCE = "reference"
    NOTE = "note"


class Basis(enum.StrEnum):
    """On what a result rests (chairs B4)."""

    COMPUTED = "COMPUTED"
    SAMPLED = "SAMPLED"
    DECLARED = "DECLARED"
    COUNTERPARTY = "COUNTERPARTY"


class Measure(enum.StrEnum):
    """Which part of the house answers an obligation."""

    TAKEDOWNS = "TAKEDOWNS"
    BLOCKLISTS = "BLOCKLISTS"
    TRAINING = "TRAINING"
    DECLARATION = "DECLARATION"
    FILING = "FILING"
    NOT_ASSESSED = "NOT_ASSESSED"


class Tag(enum.StrEnum):
    """The other priorities of the plan that an obligation also serves (chairs D)."""

    CRIMINAL_JUSTICE = "CRIMINAL_JUSTICE"
    VICTIMS = "VICTIMS"
    COMMUNITY = "COMMUNITY"
    AWARENESS = "AWARENESS"


class DayKind(enum.StrEnum):
    """What a day is made by a sub-decree, whatever the computed calendar says."""

    HOLIDAY = "HOLIDAY"
    WORKING = "WORKING"

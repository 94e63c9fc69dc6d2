"""The closed code lists of the registers that policy has no say in (data dictionary §2.1-2.3)."""

from __future__ import annotations

import enum


class Progress(enum.StrEnum):
    """What can happen to a takedown item after it was recorded."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    PAUSED = "PAUSED"
    PAUSE_APPROVED = "PAUSE_APPROVED"
    RESUMED = "RESUMED"
    ACTIONED = "ACTIONED"
    FORWARDED = "FORWARDED"
    REPORTED = "REPORTED"
    PRESERVED = "PRESERVED"
    VERIFIED = "VERIFIED"
    REFUSAL_CONFIRMED = "REFUSAL_CONFIRMED"
    REFUSAL_REJECTED = "REFUSAL_REJECTED"
    REINSTATED = "REINSTATED"
    REOPENED = "REOPENED"
    WITHDRAWN = "WITHDRAWN"
    TRANSFERRED = "TRANSFERRED"


class Effect(enum.StrEnum):
    """What an event does to the stock of open items."""

    CLOSES = "CLOSES"
    OPENS = "OPENS"


class PauseReason(enum.StrEnum):
    """Why a clock stands; an approved pause never says more (chairs C1)."""

    CLARIFICATION = "CLARIFICATION"
    FORCE_MAJEURE = "FORCE_MAJEURE"
    APPROVED_PAUSE = "APPROVED_PAUSE"


class TimeSource(enum.StrEnum):
    """Where a claimed time comes from; an estimate is counted apart in every figure."""

    SYSTEM_LOG = "SYSTEM_LOG"
    OPERATOR_ENTRY = "OPERATOR_ENTRY"
    ESTIMATE = "ESTIMATE"


class Verifier(enum.StrEnum):
    """Who confirmed an action."""

    SELF = "SELF"
    HOTLINE = "HOTLINE"
    POLICE = "POLICE"


class Authority(enum.StrEnum):
    """Whom an item was reported to."""

    POLICE_CYBERCRIME = "POLICE_CYBERCRIME"
    POLICE_CHILD_PROTECTION = "POLICE_CHILD_PROTECTION"
    MINISTRY = "MINISTRY"
    HOTLINE = "HOTLINE"
    NCMEC = "NCMEC"
    OTHER_AUTHORITY = "OTHER_AUTHORITY"


class LateReason(enum.StrEnum):
    """Why an action came late, coded (chairs B6); the authority accepts or rejects it in review."""

    AWAITING_THIRD_PARTY = "AWAITING_THIRD_PARTY"
    POWER_OR_NETWORK_OUTAGE = "POWER_OR_NETWORK_OUTAGE"
    NOTICE_INCOMPLETE = "NOTICE_INCOMPLETE"
    STAFF_ABSENCE = "STAFF_ABSENCE"
    TECHNICAL_DIFFICULTY = "TECHNICAL_DIFFICULTY"


class Outcome(enum.StrEnum):
    """How a complaint was decided."""

    UPHELD = "UPHELD"
    REJECTED = "REJECTED"


class Transport(enum.StrEnum):
    """How an issue of a list reached the ISP."""

    RPZ_IXFR = "RPZ_IXFR"
    RPZ_AXFR = "RPZ_AXFR"
    CSV = "CSV"
    JSON_API = "JSON_API"
    VENDOR_FEED = "VENDOR_FEED"
    LETTER = "LETTER"


class ListMode(enum.StrEnum):
    """How an ISP applies a permitted list from a day on (chairs A5)."""

    OWN = "OWN"
    UPSTREAM = "UPSTREAM"
    NOT_REACHABLE = "NOT_REACHABLE"
    PUBLIC_RESOLVERS = "PUBLIC_RESOLVERS"


class Method(enum.StrEnum):
    """How a list is enforced."""

    DNS_RPZ = "DNS_RPZ"
    URL_PROXY = "URL_PROXY"
    SNI = "SNI"
    IP_NULLROUTE = "IP_NULLROUTE"
    HASH_MATCH_UPLOAD = "HASH_MATCH_UPLOAD"


class StopPage(enum.StrEnum):
    """Whether a stop page explains the block."""

    YES = "YES"
    NO = "NO"
    NOT_FEASIBLE = "NOT_FEASIBLE"


class TestResult(enum.StrEnum):
    """The outcome of a test with the publisher's harmless test entry."""

    PASS = "PASS"  # nosec B105  # noqa: S105 - a test result, no secret
    FAIL = "FAIL"
    NOT_RUN = "NOT_RUN"


class Level(enum.StrEnum):
    """The level of a training session."""

    INDUCTION = "INDUCTION"
    REFRESHER = "REFRESHER"
    SPECIALIST = "SPECIALIST"
    DRILL = "DRILL"


class Mode(enum.StrEnum):
    """How a session was held."""

    CLASSROOM = "CLASSROOM"
    LIVE_ONLINE = "LIVE_ONLINE"
    SELF_PACED = "SELF_PACED"


class Language(enum.StrEnum):
    """The language of a session."""

    KM = "KM"
    EN = "EN"


class Provider(enum.StrEnum):
    """Who held a session."""

    INTERNAL = "INTERNAL"
    HOTLINE = "HOTLINE"
    MINISTRY = "MINISTRY"
    REGULATOR = "REGULATOR"
    POLICE = "POLICE"
    NGO = "NGO"
    OTHER = "OTHER"


class Funding(enum.StrEnum):
    """Who paid for a session (chairs D)."""

    OWN = "OWN"
    GOVERNMENT = "GOVERNMENT"
    DONOR = "DONOR"
    UNKNOWN = "UNKNOWN"


class Answer(enum.StrEnum):
    """The answer of a standing declaration."""

    YES = "YES"
    PARTLY = "PARTLY"
    NO = "NO"
    NOT_APPLICABLE = "NOT_APPLICABLE"

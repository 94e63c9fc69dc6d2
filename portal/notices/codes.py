"""The closed code lists of what a notice says (data dictionary §2.1)."""

from __future__ import annotations

import enum


class SourceType(enum.StrEnum):
    """Who sent the notice."""

    HOTLINE_NATIONAL = "HOTLINE_NATIONAL"
    HOTLINE_INHOPE_PEER = "HOTLINE_INHOPE_PEER"
    POLICE = "POLICE"
    COURT = "COURT"
    REGULATOR = "REGULATOR"
    MINISTRY = "MINISTRY"
    TRUSTED_FLAGGER = "TRUSTED_FLAGGER"
    USER_REPORT = "USER_REPORT"
    OWN_INITIATIVE = "OWN_INITIATIVE"
    AUTOMATED_FEED = "AUTOMATED_FEED"


class Instrument(enum.StrEnum):
    """What kind of request the notice is."""

    ORDER = "ORDER"
    NOTICE = "NOTICE"
    REFERRAL = "REFERRAL"
    OWN_INITIATIVE = "OWN_INITIATIVE"


class Harm(enum.StrEnum):
    """The category of harm; CSAM or CSEA, nothing else exists here (chairs C2)."""

    CSAM = "CSAM"
    CSAM_GENERATED_OR_MANIPULATED = "CSAM_GENERATED_OR_MANIPULATED"
    CSEM_OTHER = "CSEM_OTHER"
    GROOMING_SOLICITATION = "GROOMING_SOLICITATION"
    SEXTORTION = "SEXTORTION"
    LIVE_STREAMED_ABUSE = "LIVE_STREAMED_ABUSE"
    ADVERTISING_OR_LINKING = "ADVERTISING_OR_LINKING"


class Assessment(enum.StrEnum):
    """What the assessing body found."""

    BASELINE = "BASELINE"
    NATIONALLY_ILLEGAL = "NATIONALLY_ILLEGAL"
    NOT_ILLEGAL = "NOT_ILLEGAL"
    PENDING = "PENDING"
    NOT_ASSESSED = "NOT_ASSESSED"


class Assessor(enum.StrEnum):
    """Who assessed; an ISP's staff are never asked to look at material."""

    HOTLINE = "HOTLINE"
    POLICE = "POLICE"
    COURT = "COURT"
    PROVIDER_UNVERIFIED = "PROVIDER_UNVERIFIED"


class Media(enum.StrEnum):
    """The kind of medium, as the notice names it."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    TEXT = "TEXT"
    MIXED = "MIXED"
    UNKNOWN = "UNKNOWN"


class LocatorKind(enum.StrEnum):
    """The kind of place the notice speaks of; the place itself is never stored (chairs C4)."""

    URL = "URL"
    DOMAIN = "DOMAIN"
    IP_PORT = "IP_PORT"
    HASH = "HASH"
    ACCOUNT = "ACCOUNT"


class ActKind(enum.StrEnum):
    """What a notifier says of an item of its notice later on; its acts alone (chairs A1)."""

    WITHDRAWN = "WITHDRAWN"
    STILL_UP = "STILL_UP"
    CONFIRMED_GONE = "CONFIRMED_GONE"
    REFUSAL_CONFIRMED = "REFUSAL_CONFIRMED"
    REFUSAL_REJECTED = "REFUSAL_REJECTED"


class UpdateKind(enum.StrEnum):
    """What an issue does to the list."""

    ADD = "ADD"
    DELIST = "DELIST"
    MIXED = "MIXED"
    FULL_RESET = "FULL_RESET"
    EMERGENCY = "EMERGENCY"
    ROLLBACK = "ROLLBACK"

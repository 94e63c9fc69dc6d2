"""The closed code lists that everything written down shares."""

from __future__ import annotations

import enum


class CorrectionReason(enum.StrEnum):
    """Why a later version of an entry or event exists."""

    TYPING_ERROR = "TYPING_ERROR"
    SOURCE_CORRECTED = "SOURCE_CORRECTED"
    PROGRESS = "PROGRESS"
    RETURNED_BY_AUTHORITY = "RETURNED_BY_AUTHORITY"
    SELF_REVIEW = "SELF_REVIEW"
    DUPLICATE_FOUND = "DUPLICATE_FOUND"
    WRONGLY_RECORDED = "WRONGLY_RECORDED"


class WithholdingReason(enum.StrEnum):
    """Why a value does not stand any more (chairs B2, C6; domain §6 rules 6, 11, 12)."""

    PERSONAL_DATA = "PERSONAL_DATA"
    LOCATOR = "LOCATOR"
    DESCRIPTION_OF_MATERIAL = "DESCRIPTION_OF_MATERIAL"
    SECRET = "SECRET"  # nosec B105  # noqa: S105 - a code, not one
    OTHER_BY_COURT = "OTHER_BY_COURT"
    SEEN_OR_PASTED = "SEEN_OR_PASTED"
    PSEUDONYM_PURGED = "PSEUDONYM_PURGED"
    RETENTION_OVER = "RETENTION_OVER"
    REPLAYED = "REPLAYED"


class WithholdingOutcome(enum.StrEnum):
    """How a withholding ended: the values are gone, or they were shown again."""

    DESTROYED = "DESTROYED"
    SHOWN_AGAIN = "SHOWN_AGAIN"


class ShownAgainReason(enum.StrEnum):
    """Why a value that somebody asked to withhold is shown again."""

    NOTHING_OF_THE_KIND = "NOTHING_OF_THE_KIND"
    STILL_NEEDED = "STILL_NEEDED"
    ASKED_BY_MISTAKE = "ASKED_BY_MISTAKE"

"""The closed code list that every versioned entry shares."""

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

"""How a state looks: a tone and a sign for each code, so that nothing is told by colour alone."""

from __future__ import annotations

from enum import Enum

SIGNS = {"ok": "✔", "warn": "▲", "bad": "✖", "info": "●", "quiet": "○"}

_OK = """
    MET ACCEPTED ACCEPT ISSUED PASSED PASS WITHIN ACTIVE ACTIONED VERIFIED CLOSED YES FILED
    SUBMITTED CONFIRMED REMOVED BLOCKED GENUINE APPLIED LIFTED ALLOWED HOLDS AGREES
    KEY_GOOD DONE
"""
_WARN = """
    MET_WITH_OBSERVATION ACCEPTED_WITH_OBSERVATIONS ACCEPT_WITH_OBSERVATIONS SUPERSEDED DUE PAUSED
    SUSPENDED OPEN_OVERDUE REOPENED SENT_BACK RETURNED_FOR_CORRECTION SEND_BACK AMENDED PARTLY
    RETURN_FOR_CORRECTION NOT_FILED P1_CHILD_IN_DANGER RETURNED PREPARED ODD NOT_LOGGED
    NOT_CONFIRMED REVIEW_DUE TO_LIFT CANNOT MAY_REPLY REPLY_DAY_OVER ESTIMATED NOT_SHOWN ENDED
    UNREADABLE KEY_ENDS_SOON WAITS_AGAIN STOPS
"""
_BAD = """
    NOT_MET LATE OVERDUE DELINQUENT REVOKED VOID REJECT_VOID FAILED FAIL REFUSED MISSING SILENT
    APPEAL_OVERDUE DIFFERS ALTERED UNKNOWN_SIGNER NOT_OURS KEY_EXPIRED KEY_REVOKED
"""
_INFO = """
    RECEIVED ACKNOWLEDGED IN_ASSESSMENT OPEN OPEN_NOT_DUE READY DRAFT UNDER_REVIEW PROPOSED
    FORWARDED REPORTED PENDING BY_HAND REPLIED APPEAL_WAITS HELD COMING RUNS
"""
TONES = {
    code: tone
    for tone, codes in {"ok": _OK, "warn": _WARN, "bad": _BAD, "info": _INFO}.items()
    for code in codes.split()
}


def tone(code: Enum | str) -> str:
    """The tone of a state's code; quiet where it says nothing about good or bad."""
    return TONES.get(str(code.value if isinstance(code, Enum) else code), "quiet")


def sign(tone_name: str) -> str:
    """The sign that goes with a tone."""
    return SIGNS[tone_name]

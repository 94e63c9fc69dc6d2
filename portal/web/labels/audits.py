"""What engagements, samples and findings are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

AUDITS: dict[str, LazyString] = {
    "EngagementState.PROPOSED": _("Proposed"),
    "EngagementState.COMING": _("Begins later"),
    "EngagementState.HOLDS": _("In force"),
    "EngagementState.OVER": _("Over"),
    "EngagementState.ENDED": _("Ended early"),
    "WORK_DONE": _("The work is done"),
    "AUDITOR_CHANGED": _("The auditors change"),
    "INDEPENDENCE_IN_DOUBT": _("Independence is in doubt"),
    "BEYOND_THE_TASK": _("Somebody looked beyond the task"),
    "PROPOSED_IN_ERROR": _("Proposed in error"),
    "LineFlag.BACK_DATED": _("entered after its limit"),
    "LineFlag.URGENT": _("priority 1"),
    "LineFlag.CORRECTED": _("corrected"),
    "LineFlag.NONE": _("nothing stands out"),
    "FindingOutcome.AGREES": _("Agrees"),
    "FindingOutcome.DIFFERS": _("Differs"),
    "FindingOutcome.NOT_SHOWN": _("Could not be shown"),
    "Difference.TIME": _("a time"),
    "Difference.ACTION": _("what was done"),
    "Difference.NUMBER": _("a number or count"),
    "Difference.CODE": _("a code"),
    "Difference.NEVER_HAPPENED": _("it never happened"),
    "Difference.LACKS_ENTRIES": _("further entries are missing"),
    "SealedText.own_ref": _("the ISP's ticket number"),
    "SealedText.source_ref": _("the sender's reference"),
    "SealedText.staff_ref": _("staff pseudonyms"),
    "SealedText.handled_by": _("who handles it"),
    "SealedText.reference": _("references of steps"),
    "SealedText.note": _("notes"),
}

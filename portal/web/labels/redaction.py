"""What is withheld, why, and what became of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

REDACTION: dict[str, LazyString] = {
    "PERSONAL_DATA": _("It names a person"),
    "LOCATOR": _("It leads to a place: an address, account, number or hash"),
    "DESCRIPTION_OF_MATERIAL": _("It describes material"),
    "SECRET": _("It is a password, key or other secret"),
    "OTHER_BY_COURT": _("A court or a law orders it"),
    "SEEN_OR_PASTED": _("Somebody saw or pasted something"),
    "PSEUDONYM_PURGED": _("A pseudonym of somebody who left"),
    "RETENTION_OVER": _("The time to keep it is over"),
    "REPLAYED": _("Withheld before a backup was restored"),
    "HIDDEN": _("Hidden, waits for a second person"),
    "DESTROYED": _("Destroyed"),
    "SHOWN_AGAIN": _("Shown again"),
    "NOTHING_OF_THE_KIND": _("It holds nothing of the kind"),
    "STILL_NEEDED": _("It is still needed, and may stand"),
    "ASKED_BY_MISTAKE": _("It was asked for by mistake"),
    # which text of which row
    "own_ref": _("Own reference"),
    "source_ref": _("The sender's reference"),
    "handled_by": _("Handled by (pseudonym)"),
    "staff_ref": _("Staff pseudonym"),
    "second_approver": _("Second approver (pseudonym)"),
    "reference": _("Reference of a step"),
    "session_ref": _("Reference of the session"),
    "version_label": _("Version label of the list"),
    "note": _("Note"),
    "text": _("The text"),
    "takedown_event.note": _("Notes of the steps"),
    "notice_act.reference": _("Reference of what the sender said later"),
    "review_comment.text": _("Comment of a review"),
    "finding_draft.text": _("Draft of a decision"),
    "finding_reply.text": _("Reply to a draft"),
    "appeal.text": _("Grounds of an appeal"),
    "ruling.text": _("Reasons of the answer to an appeal"),
}

"""What the codes of a fair process are called: more time, outages, hearings, appeals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

FAIRNESS: dict[str, LazyString] = {
    # more time
    "OWN_SYSTEM_FAILED": _("A system of our own failed"),
    "STAFF_ABSENT": _("The people who prepare or approve are absent"),
    "DATA_FROM_OTHERS_LATE": _("Data from others comes late"),
    "FIRST_RETURNS": _("Our first returns"),
    "REASON_ACCEPTED": _("Granted: the reason is accepted"),
    "REASON_NOT_ACCEPTED": _("Refused: the reason is not accepted"),
    "ASKED_TOO_OFTEN": _("Refused: asked for too often"),
    "MOVED_BY_OUTAGE": _("Refused: a recorded outage has moved the due date already"),
    # outages
    "EXTENSION": _("More time granted"),
    "OUTAGE": _("Outage"),
    "RECORDED": _("Recorded"),
    "TAKEN_BACK": _("Taken back"),
    "PRACTICE": _("Practice"),
    # hearings and appeals
    "FINDING": _("A finding: core obligations not met"),
    "Adverse.VOID": _("Declaring the filing void"),
    "REVOCATION": _("Revoking the certificate"),
    "MAY_REPLY": _("The ISP may reply"),
    "REPLIED": _("The ISP has replied"),
    "NOTHING_TO_SAY": _("The ISP has nothing to say"),
    "REPLY_DAY_OVER": _("No reply, and the day is over"),
    "SETTLED": _("Settled"),
    "APPEAL_WAITS": _("Waits for the authority"),
    "APPEAL_OVERDUE": _("The authority is late"),
    "UPHELD": _("Refused: the decision stands"),
    "ALLOWED": _("Allowed: the decision does not stand"),
    # silent months
    "ESTIMATED": _("Estimated"),
    "NO_ANSWER": _("No answer to any letter"),
    "OUT_OF_BUSINESS": _("The ISP seems to have stopped its business"),
    "REFUSES_TO_FILE": _("The ISP says that it does not file"),
    "self-reported": _("Reported by the ISP itself before review"),
    "set-aside-on-appeal": _("The finding was set aside on appeal"),
    # the trail
    "finding.drafted": _("Draft of an adverse decision sent"),
    "finding.replied": _("Draft replied to"),
    "appeal.made": _("Appeal made"),
    "appeal.decided": _("Appeal decided"),
    "return.estimated": _("Silent month estimated"),
    "extension.asked": _("More time asked for"),
    "extension.answered": _("Request for more time answered"),
    "outage.recorded": _("Outage recorded"),
    "outage.taken-back": _("Outage taken back"),
}

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
    # the trail
    "extension.asked": _("More time asked for"),
    "extension.answered": _("Request for more time answered"),
    "outage.recorded": _("Outage recorded"),
    "outage.taken-back": _("Outage taken back"),
}

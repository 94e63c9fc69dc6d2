"""What the codes of keeping are called: legal holds, and what is destroyed when."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

KEEPING: dict[str, LazyString] = {
    "COURT_ORDER": _("Order of a court"),
    "PROSECUTOR_ORDER": _("Order of a prosecutor"),
    "POLICE_REQUEST": _("Request of the police"),
    "APPEAL_OR_SUIT": _("Appeal or suit"),
    "HoldGround.AUDIT": _("Audit"),
    "StepKind.REVIEWED": _("Looked at again: still needed"),
    "StepKind.LIFTED": _("Lifted"),
    "CASE_ENDED": _("The case has ended"),
    "INSTRUMENT_EXPIRED": _("The instrument holds no more"),
    "SET_IN_ERROR": _("Set in error"),
    "HELD": _("Held"),
    "HOLD_ENDED": _("Ended"),
    "REVIEW_DUE": _("Look at it again"),
}

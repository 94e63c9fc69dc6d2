"""What the rules about engagements and samples say when they say no."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

AUDIT_RULES: dict[str, LazyString] = {
    "outside-engagement": _("Nothing by that name can be found here."),
    "engagement-not-yours": _(
        "Only an officer of the authority who may engage auditors does this."
    ),
    "not-an-auditor": _(
        "%(label)s: somebody of these is no auditor of that organisation on the first day."
    ),
    "auditor-not-apart": _(
        "%(label)s: somebody of these acts for the authority or one of these ISPs, or did in these"
        " months."
    ),
    "nobody-engaged": _("%(label)s: name at least one."),
    "months-backwards": _("The last month (%(last)s) lies before the first (%(first)s)."),
    "engagement-over": _("%(number)s: the last day is over, or it was ended."),
    "engagement-same-officer": _("You proposed %(number)s, so another officer confirms it."),
    "engagement-confirmed": _("%(number)s was confirmed already."),
    "nothing-to-sample": _("No entry of this register stands behind the month."),
    "sample-too-large": _("One sample has 1 to %(most)s lines."),
    "sample-unfinished": _(
        "Draw %(no)s of this register still waits for findings. Nobody draws again before that."
    ),
    "difference-not-named": _("Say in what the evidence differs, and only where it differs."),
    "found-already": _("This stands as found already."),
}

"""What the rules of a fair process say when they say no."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

FAIR_RULES: dict[str, LazyString] = {
    # more time
    "filed-already": _("%(receipt)s was filed: this month needs no more time."),
    "extension-too-late": _("The return was due %(due)s. More time is asked for before that."),
    "extension-too-long": _("Ask for 1 to %(most)s days at once."),
    "extension-waiting": _("A request for %(period)s waits for its answer already."),
    "extension-answered": _("%(number)s was answered already."),
    "extension-not-yours": _("Only an officer of the authority who may grant time answers this."),
    "own-request": _("You asked for this yourself, so somebody else answers it."),
    # practice
    "practice-month": _("%(period)s is a month of practice: nothing is issued for it."),
    # outages
    "outage-backwards": _("The outage ends before it begins."),
    "outage-not-over": _("The outage is not over yet. Record it when it is."),
    "outage-of-nobody": _("Name at least one ISP, or nobody at all for everybody."),
    "outage-not-yours": _("Only an officer of the authority who may record outages does this."),
    "outage-closed": _("%(instrument)s was taken back already."),
}

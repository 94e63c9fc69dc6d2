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
    # hearings
    "nothing-said": _("Say it in words: this was left empty."),
    "nothing-adverse": _(
        "No core obligation of %(receipt)s would be found not met: decide it without a draft."
    ),
    "already-drafted": _("The ISP has this draft already and may reply until %(due)s."),
    "not-yet-heard": _(
        "This is adverse: send the ISP a draft of exactly this first, so that it can reply."
    ),
    "reply-open": _(
        "The ISP may reply until %(due)s. This can be decided when its reply is in, or after that."
    ),
    "reply-not-yours": _("Only an approver of this ISP replies and appeals."),
    "reply-too-late": _("The day of the reply was over at %(due)s."),
    "already-replied": _(
        "Your reply was sent %(at)s already. Until its day is over you may correct it."
    ),
    "reviewed-meanwhile": _(
        "Preparation %(no)s reports errors of your own before review, and the review has begun"
        " since. Prepare it anew."
    ),
    "court-needs-reason": _(
        "A court's reference goes with the reason “Decision of a court or authority” alone."
    ),
    # appeals
    "not-appealable": _("%(subject)s: nothing adverse was decided that you could appeal against."),
    "appeal-too-late": _("An appeal was possible until %(due)s."),
    "already-appealed": _("There is an appeal against this decision on %(subject)s already."),
    "appeal-not-yours": _("Only an officer of the authority who may decide appeals does this."),
    "own-decision": _("You decided first, so another officer decides the appeal."),
    "appeal-decided": _("%(number)s was decided already."),
    "nothing-set-aside": _(
        "An allowed appeal sets at least one of these findings aside, and no other: %(codes)s."
    ),
    # silent months
    "already-estimated": _("%(period)s is estimated already."),
    "not-delinquent": _("Only a month that is long overdue and not filed is estimated."),
    # practice
    "practice-month": _("%(period)s is a month of practice: nothing is issued for it."),
    # outages
    "outage-backwards": _("The outage ends before it begins."),
    "outage-not-over": _("The outage is not over yet. Record it when it is."),
    "outage-of-nobody": _("Name at least one ISP, or nobody at all for everybody."),
    "outage-not-yours": _("Only an officer of the authority who may record outages does this."),
    "outage-closed": _("%(instrument)s was taken back already."),
}

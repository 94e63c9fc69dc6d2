"""What the rules about notices sent say when they say no, and what a month lacks on either side."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

NOTICE_RULES: dict[str, LazyString] = {
    "not-a-notifier": _("Your organisation does not send notices as this today."),
    "not-a-sender": _("This organisation cannot send notices as this."),
    "notifier-in-the-past": _("Nobody is bound in the past: choose %(day)s or later."),
    "reference-used": _("You used this reference before, for %(entry)s. Each notice has its own."),
    "nobody-addressed": _("Choose at least one ISP."),
    "already-addressed": _("The notice went to one of these ISPs before."),
    "no-such-isp": _("%(count)s of these short names belong to no ISP."),
    "not-item-numbers": _("%(label)s: write numbers and stretches, such as 3, 7-9."),
    "no-such-items": _("The items of this notice are numbered 1 to %(items)s."),
    "notice-acted-on": _(
        "You said something of item %(items)s already: its reference stands, and so do the items up"
        " to it. Send a new notice instead."
    ),
    "before-the-notice": _("This lies before the notice was issued (%(issued_at)s)."),
    "already-confirmed": _("Item %(item)s: you confirmed before that it is gone."),
    "send-a-new-notice": _(
        "Item %(item)s: you confirmed that it was gone. If it came back, send a new notice."
    ),
    "only-these-confirm": _("Only hotlines and the police confirm that something is gone."),
    "senders-own-act": _(
        "The sender of this notice uses the portal and records this itself. If it is wrong, tell"
        " the sender."
    ),
    "already-answered": _(
        "You answered this order before. If it was answered wrongly, correct the entries."
    ),
    "order-withdrawn": _("This order is taken back: nothing is asked any more."),
    "nothing-to-lift": _("Nothing is to be lifted here for this order."),
    "count-after-the-month": _("A month is counted when it is over."),
    "preflight-sent-not-logged": _(
        "Items that were sent to you this month and that you have not logged: %(count)s."
    ),
    "preflight-logged-not-known": _(
        "Items you logged that their sender has not sent: %(count)s. Check their references."
    ),
}

"""What the codes about notices sent are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

NOTICES: dict[str, LazyString] = {
    # what a sender says of an item later on
    "ActKind.WITHDRAWN": _("Taken back: nothing is asked any more"),
    "STILL_UP": _("Still reachable: nothing was done, or not enough"),
    "CONFIRMED_GONE": _("Confirmed gone"),
    "ActKind.REFUSAL_CONFIRMED": _("Refusal accepted: the item is not illegal"),
    "ActKind.REFUSAL_REJECTED": _("Refusal not accepted: the item stays open"),
    # what an ISP has not done with it
    "NOT_LOGGED": _("Not logged"),
    # where an order stands at an ISP, and what can be answered
    "RoundState.SILENT": _("Silent"),
    "RoundState.TO_LIFT": _("To be lifted"),
    "RoundState.RECEIVED": _("Received"),
    "RoundState.CANNOT": _("Cannot"),
    "RoundState.APPLIED": _("Applied"),
    "RoundState.LIFTED": _("Lifted"),
    "RoundState.WITHDRAWN": _("Taken back"),
    "RoundState.LATE": _("Late"),
    "Answer.RECEIVED": _("Received"),
    "Answer.APPLIED": _("Applied"),
    "Answer.CANNOT": _("Cannot, because"),
    "Answer.LIFTED": _("Lifted"),
    "OrderRung.REMINDER": _("Reminder"),
    "OrderRung.OVERDUE": _("Overdue notice"),
    # why an order cannot be carried out
    "Because.ALREADY_UNAVAILABLE": _("It was unavailable already"),
    "Because.NOT_OUR_SERVICE": _("It is not our service"),
    "Because.NOT_BLOCKED_OVERBLOCK": _("A block would hit too much else; passed on to the sender"),
    "Because.REFUSED_NOT_ILLEGAL": _("Refused item by item"),
    "Because.CLARIFICATION": _("The order is not clear; the sender is asked"),
    "Because.FORCE_MAJEURE": _("Technically not possible here now"),
    # why an entry is not what a notice asked for
    "OTHER_SENDER": _("It is another sender's notice"),
    "OTHER_ITEM": _("It is another item"),
    "REFERENCE_REUSED": _("The reference was used before for something else"),
}

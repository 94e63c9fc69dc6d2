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
    # why an entry is not what a notice asked for
    "OTHER_SENDER": _("It is another sender's notice"),
    "OTHER_ITEM": _("It is another item"),
    "REFERENCE_REUSED": _("The reference was used before for something else"),
}

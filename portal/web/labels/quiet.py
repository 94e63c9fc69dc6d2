"""What stands out on a nil return, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

QUIET: dict[str, LazyString] = {
    "NilFlag.LATE": _("filed late"),
    "NilFlag.LATER_VERSION": _("not the first version"),
    "NilFlag.PRACTICE": _("a month of practice"),
    "NilFlag.BEGUN": _("its review has begun"),
    "NilFlag.COMMENTED": _("a comment is drafted"),
    "NilFlag.SENT_NOT_LOGGED": _("items were sent and not logged"),
    "NilFlag.SAID_NO": _("a declaration says no or partly"),
    "NilFlag.ADVERSE": _("an obligation is not met"),
    "NilFlag.SOMETHING_LATE": _("something was late"),
    "NilFlag.UNTESTED": _("a list was not tested, or failed"),
    "NilFlag.OPEN_ITEMS": _("earlier items are still open"),
    "NilFlag.ADJUSTED": _("the opening was adjusted"),
    "NilFlag.ENTERED_LATE": _("entered after the limit, or estimated"),
    "NilFlag.NO_ROSTER": _("nobody on the roster"),
    "NilFlag.FELL_SILENT": _("silent after a busy month"),
    "BY_HAND": _("drawn: by hand"),
}

"""What each rule of the house says when it says no, by the code of its refusal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    # everywhere
    "not-there": _("Nothing by that name can be found here."),
    "not-a-period": _("This is not a month written like 2026-10."),
    "stale": _("Somebody changed this meanwhile. Load the page again, then repeat your change."),
    # accounts
    "name-taken": _("The short name %(slug)s is taken already."),
    "span-backwards": _("The last day (%(until_on)s) lies before the first (%(from_on)s)."),
}

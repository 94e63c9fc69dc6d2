"""What the rules of keeping say when they say no."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

KEEPING_RULES: dict[str, LazyString] = {
    "hold-not-yours": _("Only an officer of the authority who may set holds does this."),
    "hold-ended": _("Hold %(number)s was lifted before."),
    "hold-backwards": _("%(label)s: the last one lies before the first one."),
    "hold-two-scopes": _("%(label)s: name either months or one entry, not both."),
}

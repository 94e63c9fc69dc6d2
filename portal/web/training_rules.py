"""What the rules about shared training say when they say no."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

TRAINING_RULES: dict[str, LazyString] = {
    "not-a-trainer": _("This organisation does not hold sessions as this today."),
    "session-reference-used": _(
        "You used this reference before, for %(entry)s. Each session has its own."
    ),
    "nobody-trained": _("Choose at least one."),
    "session-already-there": _("The session was entered for one of these ISPs before."),
    "nothing-differs": _("Nothing differs: your entries say what the session says."),
    "not-on-roster": _(
        "%(person)s was not on your roster on %(day)s. Correct the roster first, or leave them out."
    ),
    "person-confirmed": _("%(person)s is recorded already: %(entry)s."),
    "preflight-session-waiting": _(
        "Training sessions of this month of which you confirmed nobody yet: %(count)s."
    ),
}

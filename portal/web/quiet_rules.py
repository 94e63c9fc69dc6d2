"""What the rules about quiet returns say when they say no."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

QUIET_RULES: dict[str, LazyString] = {
    "nothing-to-draw": _(
        "No nil return of this month is left to draw from; each is drawn from once only."
    ),
    "sample-waits": _(
        "Review what was drawn by hand first: %(count)s still wait, %(receipt)s among them."
    ),
    "nothing-to-accept": _(
        "Nothing of this draw is left to accept: all of it was judged, changed or stands out now."
    ),
}

"""What redaction says when it says no, and how a text is called that somebody may withhold."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.web.labels import label
from portal.web.labels.redaction import REDACTION

REDACTION_RULES: dict[str, LazyString] = {
    "nothing-to-withhold": _("Nothing of this stands: it is empty, or was withheld already."),
    "withholding-decided": _("%(number)s was decided already."),
    "same-person-withholds": _(
        "You asked for this yourself. Another person destroys it, so that nobody does it alone; it"
        " stays hidden till then."
    ),
    "others-have-it": _(
        "This text came from somebody else, or stands at others, too. Ask an officer of the"
        " authority: they withhold it everywhere."
    ),
    "not-a-reason-to-withhold": _("This is no reason that a person gives; choose another."),
    "paper-withheld": _(
        "This report prints words that were withheld, so it is not handed out. Its digest is kept:"
        " a copy can still be verified."
    ),
}


def name_of_text(named: str) -> str:
    """What ``table.field`` is called."""
    return label(named if named in REDACTION else named.partition(".")[2])


def names_of_texts(named: Iterable[str]) -> list[str]:
    """What several are called, each name once."""
    return list(dict.fromkeys(map(name_of_text, named)))

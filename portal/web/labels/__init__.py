"""What the codes are called, for page, file and command; a new code gets its name here."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from babel import Locale
from flask_babel import get_locale

from portal.accounts import Desk
from portal.web.labels.audits import AUDITS
from portal.web.labels.bodies import name_of_office
from portal.web.labels.corridor import CORRIDOR
from portal.web.labels.fairness import FAIRNESS
from portal.web.labels.figures import FIGURES
from portal.web.labels.jobs import JOBS
from portal.web.labels.keeping import KEEPING
from portal.web.labels.lists_and_training import LISTS_AND_TRAINING
from portal.web.labels.notices import NOTICES
from portal.web.labels.quiet import QUIET
from portal.web.labels.redaction import REDACTION
from portal.web.labels.takedowns import TAKEDOWNS
from portal.web.labels.trail import TRAIL
from portal.web.language import LANGUAGES

# A code means the same in every list, so it alone is the key; where it does not, the key is
# ``List.CODE``.
LABELS = {
    **TAKEDOWNS,
    **NOTICES,
    **LISTS_AND_TRAINING,
    **CORRIDOR,
    **FIGURES,
    **FAIRNESS,
    **QUIET,
    **KEEPING,
    **TRAIL,
    **REDACTION,
    **AUDITS,
    **JOBS,
}


def label(code: Enum | str | None) -> str:
    """A code in the reader's words; a dash for none, the code itself where it has no name."""
    if code is None:
        return "–"
    value = str(code.value if isinstance(code, Enum) else code)
    named = (
        LABELS.get(f"{type(code).__name__}.{value}") or name_of_office(value) or LABELS.get(value)
    )
    if named is not None:
        return str(named)
    if value.lower() in LANGUAGES:
        return Locale(value.lower()).get_language_name(get_locale() or "en") or value
    return value.replace("_", " ").capitalize()


def desk_names(desks: Collection[Desk]) -> str:
    """Some desks in the reader's words, in the order of the list."""
    return ", ".join(label(desk) for desk in Desk if desk in desks)

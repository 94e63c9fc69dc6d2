"""What a check found, in words: rule by rule on a page, row by row in a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.intake import Group, RowProblem
from portal.intake.books import MendingWords, codes_of
from portal.intake.columns import ADDED
from portal.registers.register import Register
from portal.web.forms import REMOVED
from portal.web.words import sentence, title_of
from portal.web.workbooks import both

_COLONS: Final = (":", "៖")
_NO_CODE: Final = frozenset({"enum", "literal_error"})
_OF_ONE: Final = frozenset({"entry", "row"})
ADDED_TITLES = {"what_to_mend": _l("What to mend"), "rules_that_said_no": _l("Rules that said no")}
"""The titles of ``portal.intake.columns.ADDED``, for the catalogue of translations."""


class Rule(NamedTuple):
    """A rule that said no: the field's title, what to do, how often, and the first rows."""

    title: str
    text: str
    often: int
    rows: Sequence[int]


def rules_told(register: Register, groups: Sequence[Group]) -> list[Rule]:
    """The rules that said no, the most frequent first; two that say the same are one."""
    told: dict[tuple[str, str], Rule] = {}
    for group in groups:
        title = _title(register, group.field)
        text = _of_all(register, group)
        before = told.get((title, text), Rule(title, text, 0, ()))
        rows = sorted({*before.rows, *group.rows})
        told[title, text] = Rule(title, text, before.often + group.count, rows)
    return sorted(told.values(), key=lambda rule: (-rule.often, *rule.rows[:1]))


def problem_told(register: Register, problem: RowProblem) -> tuple[int | None, str, str]:
    """A row's number, its field's title and the sentence."""
    return problem.row, _title(register, problem.field), _said(register, problem)


def mending_words(register: Register) -> MendingWords:
    """What the workbook with a reader's own rows says, in the language now spoken."""
    model = register.input
    titles = {name: both(lambda name=name: title_of(model, name)) for name in model.model_fields}  # type: ignore[misc]
    titles |= {name: both(lambda name=name: str(ADDED_TITLES[name])) for name in ADDED}  # type: ignore[misc]
    return MendingWords(
        titles=titles,
        lead=(
            _(
                "Nothing of this was recorded. Mend the coloured cells on the sheet Entries, then"
                " send this workbook again."
            ),
            _("The columns in front of your own may stay; nobody reads them."),
        ),
        heads=(_("Field"), _("What to do"), _("How often"), _("First rows of your file")),
        removed=str(REMOVED),
        sentence=lambda problem: _said(register, problem),
        group=lambda group: _said(register, group),
    )


def _beside(title: str, text: str) -> str:
    """A sentence that stands beside its field's title, which it needs not say once more."""
    rest = text.removeprefix(title).lstrip() if title else text
    if rest[:1] not in _COLONS:
        return text
    rest = rest[1:].lstrip()
    return rest[:1].upper() + rest[1:]


def _of_all(register: Register, group: Group) -> str:
    """What a rule says to all its rows, beside the field's title: which codes there are, as no list
    offers them here, and that others than the first have another entry (or row).
    """
    if group.code in _NO_CODE and group.field and (codes := codes_of(register.input, group.field)):
        return str(_("Choose one of %(codes)s.", codes=", ".join(codes)))
    text = _beside(_title(register, group.field), _said(register, group))
    if group.count > 1 and _OF_ONE & group.params.keys():
        return f"{text} {_('So it is with the first of them; the others have their own.')}"
    return text


def _said(register: Register, found: Group | RowProblem) -> str:
    label = _title(register, found.field)
    return sentence(found.code, **{"label": label, **found.params})


def _title(register: Register, field: str | None) -> str:
    return title_of(register.input, field) if field else ""

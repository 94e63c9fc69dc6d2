"""What a check found, in words: rule by rule on a page, row by row in a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.intake import Group, RowProblem
from portal.intake.books import MendingWords
from portal.intake.columns import ADDED
from portal.registers.register import Register
from portal.web.forms import REMOVED
from portal.web.words import sentence, title_of
from portal.web.workbooks import both

ADDED_TITLES = {"what_to_mend": _l("What to mend"), "rules_that_said_no": _l("Rules that said no")}
"""The titles of ``portal.intake.columns.ADDED``, for the catalogue of translations."""


class Rule(NamedTuple):
    """A rule that said no: the field's title, what to do, how often, and the first rows."""

    title: str
    text: str
    often: int
    rows: Sequence[int]


def rules_told(register: Register, groups: Sequence[Group]) -> list[Rule]:
    """The rules that said no, the most frequent first."""
    return [
        Rule(_title(register, group.field), _said(register, group), group.count, group.rows)
        for group in groups
    ]


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


def _said(register: Register, found: Group | RowProblem) -> str:
    label = _title(register, found.field)
    return sentence(found.code, **{"label": label, **found.params})


def _title(register: Register, field: str | None) -> str:
    return title_of(register.input, field) if field else ""

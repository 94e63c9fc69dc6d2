"""Templates to download: their words in both languages, whatever the reader speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from flask import make_response
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel
from werkzeug.wrappers import Response

from portal.entries.inputs import Input
from portal.intake.books import Both, Column, Words, layout_of, template, version_of
from portal.policy.document import Policy
from portal.web.facts import text_of
from portal.web.labels import label
from portal.web.words import title_of

SHOWN_AT: Final = datetime(2026, 10, 5, 3, tzinfo=UTC)
"""When the rows of examples were made: always the same, so that a template's bytes stay."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_POLICYS_OWN: Final = frozenset({"legal_basis", "list_code"})

_READ_ME: Final = (
    _l(
        "Fill in the sheet Entries: a row an entry, below the titles. Between titles and rows lies"
        " a hidden row with the names of the fields; leave it there."
    ),
    _l(
        "Columns with dark titles are needed, the others may stay empty. Columns may be moved or"
        " left out, never renamed."
    ),
    _l(
        "Never enter a web address, domain, IP address, e-mail, phone number, account, hash of"
        " material or description of material, in no cell: such a row is refused, and what stood"
        " there is not kept. References and your own ticket numbers lead back to the case."
    ),
    _l("People are named by a pseudonym such as S-0421; their names stay with you."),
    _l("No formulas, pictures or links: values alone. Paste as values."),
    _l("Codes are offered in the cell; the sheet Codes says what each means."),
    _l(
        "Days as 2026-10-31 or 31/10/2026, times as 2026-10-31 23:50, on the clocks of %(zone)s."
        " Khmer digits are fine."
    ),
    _l(
        "The portal checks every row before anything is recorded. What is wrong is shown row by"
        " row; mend it and send the file again. Rows that were recorded before stay as they are."
    ),
)


def template_of(
    name: str, heading: Callable[[], str], model: type[Input], policy: Policy, example: Any
) -> Response:
    """The template of a table as a file to save."""
    columns = layout_of(model, policy)
    words = _words(heading, model, columns, policy)
    response = make_response(template(name, columns, words, example))
    response.headers["Content-Type"] = XLSX
    called = version_of(name).replace(" ", "-")
    response.headers["Content-Disposition"] = f'attachment; filename="{called}.xlsx"'
    return response


def _words(
    heading: Callable[[], str], model: type[BaseModel], columns: Sequence[Column], policy: Policy
) -> Words:
    zone = policy.time_zone.key
    return Words(
        heading=both(heading),
        titles={c.field: both(lambda c=c: title_of(model, c.field)) for c in columns},  # type: ignore[misc]
        hints=_hints(model, columns),
        codes={c.field: [_name(c.field, code, policy) for code in c.codes] for c in columns},
        read_me=[both(lambda text=text: str(text) % {"zone": zone}) for text in _READ_ME],  # type: ignore[misc]
        needed=both(lambda: _("Needed.")),
        example=both(lambda: _("An example, invented. What stands on this sheet is not taken in.")),
    )


def _hints(model: type[BaseModel], columns: Sequence[Column]) -> Mapping[str, Both]:
    said = {c.field: model.model_fields[c.field].description or "" for c in columns}
    return {field: both(lambda text=text: _(text) if text else "") for field, text in said.items()}  # type: ignore[misc]


def _name(field: str, code: str, policy: Policy) -> Both:
    """What a code is called; those of the policy have one name for all."""
    if field in _POLICYS_OWN:
        return both(lambda: text_of(field, code, policy))
    return both(lambda: label(code))


def both(make: Callable[[], str]) -> Both:
    """A text as it is said in each language."""
    said = []
    for language in ("km", "en"):
        with force_locale(language):
            said.append(str(make()))
    return Both(*said)

"""Words for what is refused: one table from code to sentence, for page, file and command."""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from pydantic import BaseModel, ValidationError

from portal.errors import Refusal, Refused
from portal.web.labels import label
from portal.web.language import shown
from portal.web.sentences import SENTENCES

# What pydantic found, by its error type (https://docs.pydantic.dev/latest/errors/validation_errors/).
FOUND: dict[str, LazyString] = {
    "missing": _("%(label)s: enter this."),
    "string_too_short": _("%(label)s: enter at least %(min_length)s characters."),
    "string_too_long": _("%(label)s: use %(max_length)s characters or fewer."),
    "string_pattern_mismatch": _("%(label)s: this is not written in the expected form."),
    "string_type": _("%(label)s: enter text."),
    "enum": _("%(label)s: choose one of the codes offered."),
    "literal_error": _("%(label)s: choose one of the codes offered."),
    "int_parsing": _("%(label)s: enter a whole number."),
    "int_type": _("%(label)s: enter a whole number."),
    "int_from_float": _("%(label)s: enter a whole number."),
    "int_parsing_size": _("%(label)s: this number is too large."),
    "greater_than": _("%(label)s: enter a number above %(gt)s."),
    "greater_than_equal": _("%(label)s: enter %(ge)s or more."),
    "less_than": _("%(label)s: enter a number below %(lt)s."),
    "less_than_equal": _("%(label)s: enter %(le)s or less."),
    "bool_parsing": _("%(label)s: answer yes or no."),
    "bool_type": _("%(label)s: answer yes or no."),
    "date_parsing": _("%(label)s: enter a real date, such as 2026-10-31."),
    "date_type": _("%(label)s: enter a real date, such as 2026-10-31."),
    "date_from_datetime_parsing": _("%(label)s: enter a real date, such as 2026-10-31."),
    "date_from_datetime_inexact": _("%(label)s: enter a day without a time."),
    "date_past": _("%(label)s: this day has not come yet."),
    "datetime_parsing": _("%(label)s: enter a real date and time, such as 2026-10-31 23:50."),
    "datetime_type": _("%(label)s: enter a real date and time, such as 2026-10-31 23:50."),
    "datetime_from_date_parsing": _(
        "%(label)s: enter a real date and time, such as 2026-10-31 23:50."
    ),
    "datetime_object_invalid": _(
        "%(label)s: enter a real date and time, such as 2026-10-31 23:50."
    ),
    "timezone_aware": _("%(label)s: the time needs its zone, such as +00:00."),
    "too_short": _("%(label)s: choose at least %(min_length)s."),
    "too_long": _("%(label)s: choose %(max_length)s or fewer."),
    "extra_forbidden": _("%(label)s is not a column of this register."),
}
OTHERWISE = _("%(label)s: check this.")
REFUSED = _("This was refused by a rule (%(code)s). Nothing was changed.")


class Problem(NamedTuple):
    """One thing that is wrong: the input (None: the whole), its code, and a sentence."""

    field: str | None
    code: str
    text: str


def sentence(code: str, **params: Any) -> str:
    """What a code says to the reader, in the language now spoken (``flask_babel.force_locale``)."""
    said = SENTENCES.get(code) or FOUND.get(code)
    if said is None:
        return str(REFUSED) % {"code": code}
    if "why" in params:
        params["why"] = sentence(params["why"])
    return str(said) % _Params({name: _shown(name, value) for name, value in params.items()})


def errors_of(model: type[BaseModel], failure: ValidationError) -> list[Problem]:
    """Everything pydantic found, field by field; the same for a form, a file's row and a command.

    What was typed is never repeated: it could be what must not be stored.
    """
    return [
        _problem(model, found) for found in failure.errors(include_url=False, include_input=False)
    ]


def problems_of(refusal: Refusal, model: type[BaseModel] = BaseModel) -> list[Problem]:
    """What a refusal says, one problem or several; the model names the fields."""
    said = [(refusal.field, refusal.code, refusal.params)]
    if isinstance(refusal, Refused):
        said = refusal.problems
    return [
        Problem(field, code, sentence(code, **{"label": title_of(model, field or ""), **params}))
        for field, code, params in said
    ]


def title_of(model: type[BaseModel], field: str) -> str:
    """A field's name as the reader sees it, from the model's ``title``."""
    info = model.model_fields.get(field)
    return gettext(info.title) if info and info.title else field.replace("_", " ").capitalize()


def _problem(model: type[BaseModel], found: Any) -> Problem:
    code, params = found["type"], dict(found.get("ctx", {}))
    field = str(found["loc"][0]) if found["loc"] else params.pop("field", None)
    params["label"] = title_of(model, field) if field else ""
    if code in SENTENCES or code in FOUND:
        return Problem(field, code, sentence(code, **params))
    return Problem(field, code, str(OTHERWISE) % params)


def _shown(name: str, value: Any) -> Any:
    # A register is told by its short name below the web, and by its title to a reader.
    return label(value) if isinstance(value, Enum) or name == "register" else shown(value)


class _Params(dict[str, Any]):
    """Parameters of a sentence; a missing one is left out rather than breaking the answer."""

    def __missing__(self, name: str) -> str:
        return "…"

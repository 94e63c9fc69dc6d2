"""The body of a program's request: JSON as RFC 8259 and 7493 mean it, or refused in words."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.web.api.problems import Fault, NotTaken

MOST_DEEP: Final = 8
_WIDEST: Final = 2**63
_LONGEST_NUMBER: Final = 20
WORDS: Final[dict[str, LazyString]] = {
    "not-utf-8": _("It is not UTF-8."),
    "not-json": _("It is not JSON."),
    "not-an-object": _("An object is needed here."),
    "not-a-list": _("A list is needed here."),
    "name-twice": _("An object names a field twice."),
    "not-a-number": _("NaN and Infinity are no numbers."),
    "number-too-large": _("A number does not fit into 64 bits."),
    "too-deep": _("It is nested too deep."),
    "unknown-field": _("There is a field here that is not known; its name is not repeated."),
    "too-many-rows": _("At most %(most)s are taken at once."),
    "no-rows": _("There is nothing in it."),
}


class _Unreadable(ValueError):
    """The text is JSON that is not taken; the message is the code."""


def words_for(code: str, **params: Any) -> str:
    """What one of the codes above says."""
    return str(WORDS[code]) % params


def read_object() -> dict[str, Any]:
    """The request's body, a JSON object. Raises NotTaken(not-json, body-unreadable)."""
    if request.mimetype != "application/json" or request.content_encoding:
        raise NotTaken("not-json")
    if request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise NotTaken("not-json")
    value = _parsed(request.get_data(cache=True))
    if not isinstance(value, dict):
        _refuse("not-an-object")
    return value


def rows_of(body: Mapping[str, Any], name: str, most: int) -> list[Any]:
    """The list of a batch. Raises NotTaken(invalid)."""
    rows = body.get(name)
    code = "not-a-list"
    if isinstance(rows, list):
        code = "no-rows" if not rows else "too-many-rows" if len(rows) > most else ""
    if code:
        said = words_for(code, most=most)
        raise NotTaken("invalid", [Fault(code, said, f"/{name}", params={"most": most})])
    return list(rows or [])


def _parsed(data: bytes) -> Any:
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_int=_narrow,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        _refuse("not-utf-8")
    except _Unreadable as found:
        _refuse(str(found))
    except RecursionError:
        _refuse("too-deep")
    except ValueError:
        _refuse("not-json")
    if _is_too_deep(value):
        _refuse("too-deep")
    return value


def _refuse(code: str) -> NoReturn:
    detail = gettext("The body cannot be read: %(why)s", why=words_for(code))
    raise NotTaken("body-unreadable", [Fault(code, detail, "")])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Unreadable("name-twice")
    return made


def _no_number(_text: str) -> NoReturn:
    raise _Unreadable("not-a-number")


def _narrow(text: str) -> int:
    if len(text) > _LONGEST_NUMBER or not -_WIDEST <= int(text) < _WIDEST:
        raise _Unreadable("number-too-large")
    return int(text)


def _finite(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise _Unreadable("number-too-large")
    return found


def _is_too_deep(value: Any) -> bool:
    held = [value]
    for _level in range(MOST_DEEP):
        held = [
            inner
            for each in held
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not held:
            return False
    return True

"""The blanks in a month's questions: each statement is built once with them, and asked many times.

To build one of these statements costs several times what running it costs, and there are about
twenty of them a month: so nothing of a month is written into a statement, all of it is bound to
it by name (``Frame.values``, ``Clockwork.values``) when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any, ParamSpec

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    literal_column,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ClauseList
from sqlalchemy.sql.visitors import replacement_traverse

from portal.db import Instant

P = ParamSpec("P")


def count(name: str) -> BindParameter[int]:
    """The blank of a whole number (microseconds do not fit a plain INTEGER)."""
    return bindparam(name, type_=BigInteger())


def text(name: str) -> BindParameter[str]:
    """The blank of a text."""
    return bindparam(name, type_=String())


def at(name: str) -> BindParameter[Any]:
    """The blank of an instant."""
    return bindparam(name, type_=Instant())


def _on(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=Date())


ISP_ID, SEQ, SYSTEM_SEQ = count("isp_id"), count("seq"), count("system_seq")
STARTS_AT, ENDS_AT, CUT_OFF_AT = at("starts_at"), at("ends_at"), at("cut_off_at")
OWES_FROM_AT, OWES_UNTIL_AT = at("owes_from_at"), at("owes_until_at")
LOOK_BACK_AT, CARRIED_AT = at("look_back_at"), at("carried_at")
# The same instants where they are compared with clocks, in microseconds.
STARTS_US, ENDS_US, CUT_OFF_US = count("starts_us"), count("ends_us"), count("cut_off_us")
CARRIED_US = count("carried_us")
FIRST_DAY, LAST_DAY = _on("first_day"), _on("last_day")
TRAINED_SINCE = _on("trained_since")


def built_once(build: Callable[P, Select[Any]]) -> Callable[P, Select[Any]]:
    """Keep what a function builds, with its constants (numbers and codes) written into it: what is
    left to be bound when it is asked are its blanks. The largest statement has six hundred
    constants.
    """

    @wraps(build)
    def once(*args: P.args, **kwargs: P.kwargs) -> Select[Any]:
        built: Any = build(*args, **kwargs)
        filled: Select[Any] = replacement_traverse(built, {}, _written)
        return filled

    kept: Callable[P, Select[Any]] = cache(once)  # type: ignore[assignment]
    return kept


def ask(session: Session, statement: Select[Any], values: Mapping[str, Any], **options: Any) -> Any:
    """Ask a statement of plain columns, on the session's own connection: what the session would do
    with objects costs as much as a small question.
    """
    session.flush()
    return session.connection().execute(statement, values, execution_options=options)


def _written(element: Any, **_: Any) -> Any:
    # A blank has a name and no value; instants are written in another way on each engine.
    if not isinstance(element, BindParameter) or element.value is None:
        return None
    if not element.expanding:
        return _constant(element.value, element)
    several = [_constant(value, element) for value in element.value]
    written = [each for each in several if each is not None]
    is_whole = bool(written) and len(written) == len(several)
    return ClauseList(*written).self_group() if is_whole else None


def _constant(value: Any, part: BindParameter[Any]) -> ColumnElement[Any] | None:
    if isinstance(value, str):
        quoted = str(value).replace("'", "''")
        return literal_column(f"'{quoted}'", part.type)
    is_whole = isinstance(value, int) and isinstance(part.type, Integer)
    return literal_column(str(int(value)), part.type) if is_whole else None

"""Times, days and numbers as people write them: ISO or dd/mm/yyyy, Khmer digits, local clocks."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError, PydanticKnownError

from portal.entries.guards import KHMER_DIGITS

_EARLIEST, _TOO_LATE = date(2000, 1, 1), date(2200, 1, 1)
_LOCAL_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_HAS_TIME = re.compile(r"[T ]\d{1,2}:\d{2}")


def _zone(info: ValidationInfo) -> ZoneInfo:
    zone: ZoneInfo = (info.context or {})["policy"].time_zone
    return zone


def _moment(value: Any, info: ValidationInfo) -> Any:
    """An aware instant from ISO or dd/mm/yyyy hh:mm; without a zone on the policy's clocks."""
    if isinstance(value, str):
        text = _iso(value)
        if not _HAS_TIME.search(text):
            raise PydanticKnownError("datetime_from_date_parsing", {"error": "no time"})
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            raise PydanticKnownError("datetime_parsing", {"error": "form"}) from None
    if not isinstance(value, datetime):
        raise PydanticKnownError("datetime_type")
    try:
        return (value if value.tzinfo else value.replace(tzinfo=_zone(info))).astimezone(UTC)
    except OverflowError:
        raise PydanticKnownError("datetime_parsing", {"error": "no such day"}) from None


def _day(value: Any) -> Any:
    """A day from ISO or dd/mm/yyyy."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(_iso(value))
    except ValueError:
        raise PydanticKnownError("date_parsing", {"error": "form"}) from None


def _iso(text: str) -> str:
    text = " ".join(text.translate(KHMER_DIGITS).split())
    found = _LOCAL_DAY.match(text)
    if found:
        text = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}{text[found.end() :]}"
    # A clock writes 9:05 as well as 09:05.
    return re.sub(r"[T ](\d:\d{2})", r"T0\1", text)


def _number(value: Any) -> Any:
    """A whole number; Khmer digits and thousands separators are understood."""
    if isinstance(value, str):
        return re.sub(r"(?<=\d)[,\s](?=\d{3}\b)", "", value.translate(KHMER_DIGITS).strip())
    return value


def _plausible(value: Any) -> Any:
    day = value.date() if isinstance(value, datetime) else value
    if day < _EARLIEST:
        raise PydanticCustomError("too-long-ago", "lies before 2000")
    if day >= _TOO_LATE:
        raise PydanticCustomError("in-the-future", "lies beyond every clock of the house")
    return value


When = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_plausible)]
"""An aware instant in UTC. Text may be ISO or dd/mm/yyyy hh:mm, with Khmer digits."""

Day = Annotated[date, BeforeValidator(_day), AfterValidator(_plausible)]
"""A calendar day. Text may be ISO or dd/mm/yyyy, with Khmer digits."""

Whole = Annotated[int, BeforeValidator(_number)]
"""A whole number; text may use Khmer digits and thousands separators."""

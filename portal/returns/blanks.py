"""The blanks in a month's questions: each statement is built once with them, and asked many times.

To build one of these statements costs several times what running it costs, and there are about
twenty of them a month: so nothing of a month is written into a statement, all of it is bound to
it by name (``Frame.values``, ``Clockwork.values``) when it is asked.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, BindParameter, Date, String, bindparam

from portal.db import Instant


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

"""What the rules about organisations and licences say no to."""

from __future__ import annotations

from datetime import date

from portal.errors import Refusal


class NameTaken(Refusal):
    """Another organisation has this short name already."""

    code = "name-taken"


class SpanBackwards(Refusal):
    """The last day lies before the first."""

    code = "span-backwards"


def must_go_forward(from_on: date, until_on: date | None) -> None:
    """Raises SpanBackwards where the last day lies before the first."""
    if until_on is not None and until_on < from_on:
        raise SpanBackwards("until_on", from_on=from_on, until_on=until_on)

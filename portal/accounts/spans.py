"""How a licence stands over the days: spans, and what of them lies before or after a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.accounts.model import Licence, LicenceKind, LicenceStatus


@dataclass(frozen=True)
class Span:
    """How a licence stands from a day to a day (None: until further notice)."""

    kind: LicenceKind
    status: LicenceStatus
    from_on: date
    until_on: date | None


def spans_of(licences: Sequence[Licence]) -> list[Span]:
    """The spans that versions of one licence state, in order of days."""
    ordered = sorted(licences, key=lambda x: x.from_on)
    return [Span(x.kind, x.status, x.from_on, x.until_on) for x in ordered]


def until(spans: Sequence[Span], day: date | None) -> list[Span]:
    """What of the spans lies up to a day, that day included (None: all of them)."""
    if day is None:
        return list(spans)
    return [
        replace(span, until_on=min(span.until_on or day, day))
        for span in spans
        if span.from_on <= day
    ]


def since(spans: Sequence[Span], day: date) -> list[Span]:
    """What of the spans lies from a day on, that day included."""
    return [
        replace(span, from_on=max(span.from_on, day))
        for span in spans
        if span.until_on is None or span.until_on >= day
    ]

"""Languages and how times, months and figures are written in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel import Locale, dates, numbers
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, get_locale, gettext

from portal.period import Period
from portal.web.gate import account
from portal.web.session import settings, zone

LANGUAGES = {code: str(Locale(code).language_name) for code in ("en", "km")}
COOKIE = "language"
_HOUR = 3600


def init_app(app: Flask) -> None:
    """The language of an answer: by the reader's choice, else the person's, else the browser's."""
    Babel(app, locale_selector=_chosen, default_timezone=app.extensions["settings"].time_zone.key)
    app.jinja_env.filters.update(
        local_time=local_time,
        local_day=local_day,
        month=month,
        period=Period.parse,
        tenths=tenths,
        duration=duration,
        number=number,
    )


def local_time(instant: datetime | None) -> str:
    """An instant on the zone's clocks, such as ``1 Nov 2026, 00:20``; a dash for none."""
    if instant is None:
        return "–"
    return dates.format_datetime(instant, "d MMM y, HH:mm", tzinfo=_zone(), locale=_locale())


def local_day(day: date | datetime | None) -> str:
    """A day (of an instant: the day in the zone) as ``1 Nov 2026``; a dash for none."""
    if day is None:
        return "–"
    if isinstance(day, datetime):
        day = day.astimezone(_zone()).date()
    return dates.format_date(day, "d MMM y", locale=_locale())


def month(period: Period | None) -> str:
    """A period as ``October 2026``; a dash for none."""
    return (
        "–" if period is None else dates.format_date(period.first_day, "MMMM y", locale=_locale())
    )


def tenths(value: int | None) -> str:
    """Tenths of a percent as ``95.0 %``; ``n/a`` where there is nothing to measure."""
    if value is None:
        return not_measured()
    return f"{numbers.format_decimal(value / 10, '0.0', _locale())} %"


def not_measured() -> str:
    """What stands where there was nothing to measure: never 0 and never 100."""
    return str(gettext("n/a"))


def duration(seconds: int | None) -> str:
    """Seconds in hours with one decimal, rounded half up, such as ``3.5 h``; ``n/a`` for none."""
    if seconds is None:
        return not_measured()
    hours = (seconds * 20 + _HOUR) // (2 * _HOUR) / 10
    text: str = gettext("%(hours)s h", hours=numbers.format_decimal(hours, "#,##0.0", _locale()))
    return text


def number(value: int | None) -> str:
    """A whole number with its thousands apart; a dash for none."""
    return "–" if value is None else numbers.format_decimal(value, "#,##0", _locale())


def shown(value: Any) -> Any:
    """A parameter of a sentence as a reader expects it."""
    if isinstance(value, datetime):
        return local_time(value)
    if isinstance(value, date):
        return local_day(value)
    return month(value) if isinstance(value, Period) else value


def _chosen() -> str:
    if not has_request_context():
        return "en"
    # Only pages that are kept for everybody ask so: an address there is one text in one language.
    if request.blueprint == "verify" and request.args.get(COOKIE) in LANGUAGES:
        return request.args[COOKIE]
    cookie = request.cookies.get(settings().cookie(COOKIE))
    if cookie in LANGUAGES:
        return str(cookie)
    signed_in = None if "bare" in g else account()
    if signed_in and signed_in.person.language in LANGUAGES:
        return signed_in.person.language
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def _locale() -> Locale:
    return (get_locale() if has_app_context() else None) or Locale("en")


def _zone() -> Any:
    return zone() if has_app_context() else None

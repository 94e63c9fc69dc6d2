"""Values of the house in addresses."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from portal.errors import Refusal
from portal.period import Period


class PeriodConverter(BaseConverter):
    """A month as 2026-10."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> Period:
        try:
            return Period.parse(value)
        except Refusal as refusal:
            raise ValidationError from refusal

    def to_url(self, value: Period) -> str:
        return str(value)


class NumberConverter(IntegerConverter):
    """A whole number that a key of the database can be; a larger one names nothing."""

    def __init__(self, map: Any, *, max: int = 2**31 - 1, **limits: Any) -> None:  # noqa: A002 - the library's own names
        super().__init__(map, max=max, **limits)


class SlugConverter(BaseConverter):
    """A short name in kebab-case."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def init_app(app: Flask) -> None:
    """Let addresses speak of months and short names."""
    app.url_map.converters["int"] = NumberConverter
    app.url_map.converters["period"] = PeriodConverter
    app.url_map.converters["slug"] = SlugConverter

"""What a page shows of a text that was withheld: a word, never what stands in its place."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from portal.entries.entry import MARK

WITHHELD = _("[withheld]")
_MARKS = re.compile(f"{MARK}[a-z2-7]*")


def init_app(app: Flask) -> None:
    """Let everything that a template prints go through ``in_words``."""
    app.jinja_env.finalize = in_words


def in_words(value: Any) -> Any:
    """A value as it is printed; a mark in it, alone or in a sentence, becomes the word."""
    if isinstance(value, LazyString):
        value = str(value)
    if not (isinstance(value, str) and MARK in value):
        return value
    if isinstance(value, Markup):
        # The word goes in as text; what stood round it was markup before.
        said = _MARKS.sub(lambda _mark: str(escape(str(WITHHELD))), str(value))
        return Markup(said)  # nosec B704  # noqa: S704
    return _MARKS.sub(lambda _mark: str(WITHHELD), value)

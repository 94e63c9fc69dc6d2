"""Workbooks that go out: templates to fill in, and a reader's own rows back with what to mend."""

from portal.intake.books.layout import Column, Kind, codes_of, layout_of
from portal.intake.books.mending import MendingWords
from portal.intake.books.template import template
from portal.intake.books.words import Both, Words, version_of

__all__ = [
    "Both",
    "Column",
    "Kind",
    "MendingWords",
    "Words",
    "codes_of",
    "layout_of",
    "template",
    "version_of",
]

"""Workbooks that go out: templates to fill in, and a reader's own rows back with what to mend."""

from portal.intake.workbooks.layout import Column, Kind, layout_of
from portal.intake.workbooks.template import template
from portal.intake.workbooks.words import Both, Words, version_of

__all__ = ["Both", "Column", "Kind", "Words", "layout_of", "template", "version_of"]

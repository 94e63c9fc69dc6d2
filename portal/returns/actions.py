"""The verbs of the monthly return."""

from portal.returns.beginning import declare_opening, must_have_begun
from portal.returns.filing import file, recall
from portal.returns.preparing import prepare

__all__ = ["declare_opening", "file", "must_have_begun", "prepare", "recall"]

"""The verbs of the monthly return."""

from portal.returns.filing import file, recall
from portal.returns.preparing import declare_opening, prepare

__all__ = ["declare_opening", "file", "prepare", "recall"]

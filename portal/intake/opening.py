"""The one door for files: whatever came, it becomes a table or is refused in words."""

from __future__ import annotations

from typing import BinaryIO

from portal.intake.files import Table, is_workbook, size_of
from portal.intake.texts import text_table
from portal.intake.workbooks import workbook_table


def open_table(stream: BinaryIO) -> Table:
    """The table in a file, CSV or XLSX, known by its bytes and not by its name.

    The stream can be sought in, and stays open as long as the table is used. Raises a refusal
    whose code begins with ``file-``.
    """
    size = size_of(stream)
    if is_workbook(stream):
        return workbook_table(stream, size)
    return text_table(stream, size)

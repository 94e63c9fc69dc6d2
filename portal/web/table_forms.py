"""Forms that ask for a table: a small one that is taken in at once, or one that waits in a file."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from portal.intake.uploads import Spool
from portal.web.forms import form_for

ENVELOPE = 64 * 1024
"""What a request holds besides its file, in bytes."""


class Table(BaseModel):
    """A table."""

    file: bytes = Field(
        title="File",
        description="An Excel workbook (XLSX) or a table saved as CSV: a row an entry.",
    )


class TableFile(BaseModel):
    """A table, as a file that lies in the private folder."""

    model_config: ClassVar[ConfigDict] = ConfigDict(arbitrary_types_allowed=True)

    file: Spool = Field(
        title="File",
        description="An Excel workbook (XLSX) or a table saved as CSV: a row an entry.",
    )


TableForm = form_for(Table)
TableFileForm = form_for(TableFile)

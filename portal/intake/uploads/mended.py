"""A row of a file is replaced by what was typed instead; every other row stays where it is."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from portal.errors import NotThere
from portal.intake.columns import LEFT_OUT
from portal.intake.files import Table
from portal.intake.opening import open_table
from portal.intake.uploads.actions import fields_of
from portal.intake.uploads.model import Upload
from portal.intake.uploads.store import Store

_OWNER_ONLY: Final = 0o600


def cells_of(store: Store, upload: Upload, row: int) -> dict[str, str]:
    """The filled cells of a row by field, as they stand in the file; raises NotThere."""
    with store.opened(upload.name) as file:
        for number, cells in open_table(file).rows():
            if number == row:
                pairs = zip(fields_of(upload), cells, strict=False)
                return {name: text for name, text in pairs if name and text.strip()}
    raise NotThere("row")


def mend(
    session: Session, store: Store, upload: Upload, row: int, cells: Mapping[str, str]
) -> None:
    """Let a row of a small file say something else. It is a CSV file from now on, whose rows have
    the numbers that they had; what stood in columns that nobody reads is gone.
    """
    fields = [name or LEFT_OUT for name in fields_of(upload)]
    with store.opened(upload.name) as file:
        table = open_table(file)
        rows = list(_again(table, fields, row, [cells.get(name, "") for name in fields]))
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    data = text.getvalue().encode()
    part = store.path(upload.name).with_suffix(".part")
    part.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(part, flags, _OWNER_ONLY), "wb") as out:
        out.write(data)
    part.replace(store.path(upload.name))
    upload.sha256, upload.size = hashlib.sha256(data).digest(), len(data)
    session.flush()


def _again(
    table: Table, fields: Sequence[str], row: int, instead: Sequence[str]
) -> Iterator[Sequence[Any]]:
    last = table.head_row
    yield from [[]] * (last - 1)
    # A head of empty cells alone would be none.
    yield [name or f"column {place}" for place, name in enumerate(fields, start=1)]
    for number, cells in table.rows():
        yield from [[]] * (number - last - 1)
        last = number
        if number == row:
            yield instead
            continue
        read = zip(fields, cells, strict=False)
        yield [text if name != LEFT_OUT else "" for name, text in read]

"""Rows as CSV: into a file of its owner's alone, whole or not at all, or onto standard output."""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def write(columns: Sequence[str], rows: Iterable[Mapping[str, str]], to: Path | None) -> None:
    """Write rows under their columns; raises OSError where the file cannot be written."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    if to is None:
        sys.stdout.write(text.getvalue())
        return
    handle, beside = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
        Path(beside).replace(to)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise

"""What wants attention in a file that was sent by command, written to a file beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.intake import Report, open_table, propose
from portal.intake.books.mending import write_mending
from portal.intake.staging import Source
from portal.intake.writing import parts_of_csv
from portal.registers.register import Register
from portal.web.forms import REMOVED
from portal.web.report_words import mending_words, problem_told


def write_bad_rows(register: Register, report: Report, file: Path, out: Path) -> None:
    """Write to ``out`` the workbook to mend the rows of ``file`` in, where its name ends so;
    else a CSV table of the rows that want attention, each with what is said of it.
    """
    if out.suffix.lower() != ".xlsx":
        with out.open("w", encoding="utf-8-sig", newline="") as table:
            table.writelines(parts_of_csv(["row", "said", "cells"], _marked(register, report)))
    elif report.rows:
        with file.open("rb") as stream:
            opened = open_table(stream)
            columns = propose(opened.headings, register.input)
            rows = Source(opened, columns).rows(register.input)
            write_mending(out, columns.fields, rows, report, mending_words(register))


def _marked(register: Register, report: Report) -> Iterator[dict[str, Any]]:
    for marked in report.marked():
        told = [problem_told(register, one)[2] for one in (*marked.problems, *marked.warnings)]
        cells = [str(REMOVED) if cell is None else cell for cell in marked.cells]
        yield {"row": marked.row, "said": "\n".join(told), "cells": " | ".join(cells)}

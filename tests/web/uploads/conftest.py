"""Files as people send them, and what the portal gives back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from portal.intake import sample_csv
from portal.policy.queries import policy_at
from portal.registers.register import REGISTERS
from tests.town import Town
from tests.visitors import Visitor

SHEET = "xl/worksheets/sheet{}.xml"
_BEGAN = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet has no zone


def sample(town: Town, rows: int, slug: str = "takedowns") -> bytes:
    """A valid CSV file of so many rows."""
    with town.session() as session:
        policy = policy_at(session, town.now).policy
    return sample_csv(REGISTERS[slug], rows, policy=policy, at=town.now).encode()


def sends(town: Town, data: bytes, slug: str = "takedowns", who: str = "chea") -> Visitor:
    """Somebody chooses a file on the page for it."""
    visitor = town.visit(who).opens(f"/registers/{slug}/imports")
    return visitor.fills_in(form="imports", file=("rows", data))


def held(town: Town, slug: str = "takedowns") -> int:
    """How many versions of entries the register holds."""
    with town.session() as session:
        return session.scalar(select(func.count()).select_from(REGISTERS[slug].table)) or 0


def lying(town: Town) -> set[str]:
    """What lies in the private folder."""
    folder = town.app.extensions["settings"].uploads
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def rows_of(csv: bytes) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of a sample; no cell of it holds a comma."""
    head, *rows = (line.split(",") for line in csv.decode().strip().split("\r\n"))
    return head, rows


def filled_in(template: bytes, csv: bytes) -> bytes:
    """The template with the rows of a sample below its head, as Excel would store them: days and
    times are numbers in the format of their column.
    """
    head, rows = rows_of(csv)
    names = [str(cell) for cell in sheet(template, "Entries")[2]]
    styles = _styles(template)
    written = []
    for number, row in enumerate(rows, start=4):
        said = dict(zip(head, row, strict=True))
        cells = (
            _cell(f"{_letters(place)}{number}", said[name], styles.get(place, "0"))
            for place, name in enumerate(names)
            if said.get(name)
        )
        written.append(f'<row r="{number}">{"".join(cells)}</row>')
    return changed(
        template, 1, lambda text: text.replace("</sheetData>", "".join(written) + "</sheetData>")
    )


def changed(workbook: bytes, number: int, change: Callable[[str], str]) -> bytes:
    """A workbook of which a sheet is written otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == SHEET.format(number):
                data = change(data.decode()).encode()
            new.writestr(name, data)
    return out.getvalue()


def sheet(workbook: bytes, name: str) -> list[list[Any]]:
    """The cells of a sheet."""
    return CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_name(name).to_python()


def fetched(visitor: Visitor, path: str) -> bytes:
    """A file of the portal."""
    answer = visitor.client.get(path, buffered=True)
    assert answer.status_code == 200, answer.status
    return answer.data


def _styles(template: bytes) -> Mapping[int, str]:
    text = zipfile.ZipFile(io.BytesIO(template)).read(SHEET.format(1)).decode()
    found = re.findall(r'<col min="(\d+)" max="(\d+)"[^>]* style="(\d+)"', text)
    return {p: s for a, b, s in found for p in range(int(a) - 1, int(b))}


def _letters(place: int) -> str:
    return chr(65 + place) if place < 26 else f"{chr(64 + place // 26)}{chr(65 + place % 26)}"


def _cell(ref: str, text: str, style: str) -> str:
    for shape in ("%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            moment = datetime.strptime(text, shape)  # noqa: DTZ007 - a sheet has no zone
        except ValueError:
            continue
        serial = (moment - _BEGAN).total_seconds() / 86400
        return f'<c r="{ref}" s="{style}"><v>{serial!r}</v></c>'
    if text.isdecimal():
        return f'<c r="{ref}" s="{style}"><v>{text}</v></c>'
    return f'<c r="{ref}" s="{style}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'

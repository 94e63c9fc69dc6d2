"""Who gets where: the table that an auditor reads, compared at start with what the gate asks.

``access.csv`` beside this file has a line for each endpoint and a column for each role; what its
words mean stands in ``Cell``. It is written by hand and decides nothing: ``GRANTS`` and the mark of
each view decide. Where the two differ the app does not start (decision 0035).
"""

from __future__ import annotations

import csv
import enum
import io
import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from flask import Flask
from werkzeug.routing import Rule

from portal.accounts import Role, may
from portal.web.gate import KEYED, permission_of
from portal.web.signin import doors

TABLE: Final = Path(__file__).with_name("access.csv")
NOBODY: Final = "NOBODY"
"""The column of who is not signed in."""
ASKERS: Final = (NOBODY, *Role)
"""Who asks: people by pages; an ISP's program with its key, by the interface for programs alone."""
_HEAD: Final = ("ADDRESS", "METHODS", "ENDPOINT", *ASKERS)


class Cell(enum.StrEnum):
    """What an asker gets at an endpoint. *Own* is of the organisation one acts for, or one's own
    account; *other* is of any other ISP, notifier or person.
    """

    YES = "yes"
    """In. Nothing there is of one ISP."""
    MINE = "mine"
    """In, to what is one's own; the address has no place for anybody else's."""
    OWN = "own"
    """In to one's own; another's is answered like what is not there: 404."""
    ALL = "all"
    """In, whosever it is."""
    NONE = "none"
    """404, whosever it is."""
    NO = "no"
    """403."""
    SIGN_IN = "sign-in"
    """Asked to sign in first; where programs ask, for a key."""


class Line(NamedTuple):
    """A line of the table: an endpoint, and what each asker gets there."""

    address: str
    methods: str
    endpoint: str
    cells: dict[str, str]

    @property
    def named(self) -> tuple[str, str, str]:
        """What tells it from others."""
        return self.address, self.methods, self.endpoint


class AccessDiffers(Exception):
    """The table and the app say different things: the app does not start. Names each line."""


def check(app: Flask, path: Path = TABLE) -> None:
    """Raise AccessDiffers unless the table says of every endpoint what the gate asks there."""
    lines = table(path)
    faults = [*_out_of_place(lines), *_gaps(app, lines), *_against_the_gate(app, lines)]
    if faults:
        raise AccessDiffers("\n".join(["", *faults]))


def table(path: Path = TABLE) -> list[Line]:
    """Every line of the table. Raises AccessDiffers unless its columns are those of the roles."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    if tuple(head) != _HEAD:
        raise AccessDiffers(f"the columns of {path.name} must be {','.join(_HEAD)}")
    return [_line(row) for row in rows]


def methods_of(rule: Rule) -> str:
    """The methods of a rule that read or change, as the table writes them."""
    return " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def _line(row: list[str]) -> Line:
    address, methods, endpoint, *_cells = [*row, "", "", ""]
    is_whole = len(row) == len(_HEAD)
    cells = dict(zip(ASKERS, row[3:], strict=True)) if is_whole else {}
    return Line(address, methods, endpoint, cells)


def _out_of_place(lines: list[Line]) -> Iterator[str]:
    for one in lines:
        if list(one.cells) != list(ASKERS):
            yield f"not a cell for each column: {_shown(one.named)}"
        for asker, cell in one.cells.items():
            if cell not in list(Cell):
                yield f"no word of the table: {cell!r} for {asker} in {_shown(one.named)}"
    for before, after in itertools.pairwise(lines):
        if before.named >= after.named:
            yield f"not in the order of addresses: {_shown(after.named)}"


def _gaps(app: Flask, lines: list[Line]) -> Iterator[str]:
    there = {(rule.rule, methods_of(rule), rule.endpoint) for rule in app.url_map.iter_rules()}
    told = {one.named for one in lines}
    yield from (f"not in the app: {_shown(named)}" for named in sorted(told - there))
    for named in sorted(there - told):
        words = [_possible(asker, named[2], app.view_functions[named[2]]) for asker in ASKERS]
        cells = (word[0] if len(word) == 1 else "?" for word in words)
        yield f"not in {TABLE.name}: {_shown((*named, *cells))}"


def _against_the_gate(app: Flask, lines: Iterable[Line]) -> Iterator[str]:
    for one in lines:
        view = app.view_functions.get(one.endpoint)
        if view is None:
            continue
        for asker, cell in one.cells.items():
            possible = _possible(asker, one.endpoint, view)
            if cell not in possible:
                words = " or ".join(possible)
                yield f"the gate says {words}, not {cell}, to {asker}: {_shown(one.named)}"


def _possible(asker: str, endpoint: str, view: Callable[..., Any]) -> tuple[Cell, ...]:
    """The words that do not contradict what the gate asks at an endpoint."""
    permission = permission_of(endpoint, view)
    if endpoint in doors.CLOSED:
        return (Cell.NONE,)
    if permission is None:
        return (Cell.YES,)
    # No cookie counts where programs ask, and no key on a page.
    by_key = endpoint.startswith(f"{KEYED}.")
    if asker == NOBODY or by_key != (asker == Role.PROGRAM):
        return (Cell.SIGN_IN,)
    if not may(Role(asker), permission):
        return (Cell.NO,)
    return (Cell.YES, Cell.MINE, Cell.OWN, Cell.ALL, Cell.NONE)


def _shown(words: Iterable[str]) -> str:
    """As a line of the table, to be pasted there."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(words)
    return line.getvalue()

"""Which field a column is for: proposed from its heading, or said by whoever sends the file."""

from __future__ import annotations

import enum
import gettext
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from portal.entries.inputs import Input, Problem

LEFT_OUT: Final = ""
"""A column that is not read, because whoever sends the file said so."""
NEVER_ASKED: Final = frozenset({"category"})
"""It follows from the legal basis."""

ADDED: Final[Mapping[str, str]] = {
    "what_to_mend": "What to mend",
    "rules_that_said_no": "Rules that said no",
}
"""Columns that the portal itself adds when it gives rows back, by name and title; nobody reads them
when they come again.
"""
TEMPLATE_VERSION: Final = 1
"""A further column, or another order of them, is the next one."""

_TRANSLATIONS: Final = files("portal") / "translations"


@dataclass(frozen=True)
class Columns:
    """The field of each column, in the order of the file: a field's name, LEFT_OUT, or None where
    nobody knows it.
    """

    fields: tuple[str | None, ...]

    def problems(self, model: type[Input]) -> Iterator[Problem]:
        """What is wrong with them: unknown ones, one field twice, one that is needed and lacks."""
        for place, name in enumerate(self.fields):
            if name is None or (name != LEFT_OUT and name not in model.model_fields):
                yield Problem(None, "column-unknown", {"column": place + 1})
            elif name != LEFT_OUT and name in self.fields[:place]:
                yield Problem(name, "column-twice", {"column": place + 1})
        for name, field in model.model_fields.items():
            if field.is_required() and name not in self.fields and name not in NEVER_ASKED:
                yield Problem(name, "column-missing")


def propose(headings: Sequence[str], model: type[Input]) -> Columns:
    """The fields that headings name: by a field's name, its title in English or in Khmer."""
    known = _known(model)
    return Columns(tuple(known.get(_plain(heading)) for heading in headings))


def are_headings(cells: Sequence[str], model: type[Input]) -> bool:
    """Whether a row says once more what the columns are: templates have a head of three rows."""
    known = _known(model)
    filled = [_plain(cell) for cell in cells if cell.strip()]
    return len(filled) > 1 and all(cell in known for cell in filled)


def of_template(template: str | None, slug: str, *, fits: bool) -> Iterator[Problem]:
    """What is wrong with the template that a file names: made for another register, or by an older
    (or newer) portal, where its columns do not fit any more.
    """
    register, _space, version = (template or "").partition(" ")
    if register and register != slug:
        yield Problem(None, "template-of-another-register", {"template": register})
    elif register and version != str(TEMPLATE_VERSION) and not fits:
        now = {"version": version, "current": TEMPLATE_VERSION}
        yield Problem(None, "template-of-another-version", now)


@cache
def _known(model: type[Input]) -> Mapping[str, str]:
    khmer = gettext.translation("messages", str(_TRANSLATIONS), ["km"], fallback=True)
    known: dict[str, str] = {}
    titles = {name: field.title or "" for name, field in model.model_fields.items()}
    for name, title in {**ADDED, **titles}.items():
        for said in (khmer.gettext(title) if title else "", title, name):
            if said:
                known[_plain(said)] = name if name in titles else LEFT_OUT
    return known


def _plain(heading: str) -> str:
    text = heading.replace("\u200b", "").replace("\ufeff", "").replace("_", " ").casefold()
    return " ".join(text.rstrip(" *:").split())


def coded(model: type[Input]) -> frozenset[str]:
    """The fields that take codes: a file may write them in small letters."""
    return frozenset(n for n, field in model.model_fields.items() if _is_code(field.annotation))


def _is_code(annotation: Any) -> bool:
    if typing.get_origin(annotation) in {typing.Union, types.UnionType, frozenset}:
        return any(_is_code(inner) for inner in typing.get_args(annotation))
    return isinstance(annotation, type) and issubclass(annotation, enum.Enum)

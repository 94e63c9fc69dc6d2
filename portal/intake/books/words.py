"""What workbooks are called and say; the words come from whoever knows them, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from portal.intake.columns import TEMPLATE_VERSION

ENTRIES: Final = "Entries"
CODES: Final = "Codes"
EXAMPLE: Final = "Example"
READ_ME: Final = "Read me"
MENDING: Final = "What to mend"

HEAD_ROWS: Final = 3
"""Titles in Khmer, titles in English, names of fields; the third is hidden."""

VERSION_NAME: Final = "template_version"
"""The defined name that says which template it is; the first cell of *Read me* says it, too."""


class Both(NamedTuple):
    """A text in both languages."""

    km: str
    en: str


@dataclass(frozen=True)
class Words:
    """What a template says: its heading; of each column title, hint and names of its codes; what
    one should know; in which words a column is needed, and that a row is but an example.
    """

    heading: Both
    titles: Mapping[str, Both]
    hints: Mapping[str, Both]
    codes: Mapping[str, Sequence[Both]]
    read_me: Sequence[Both]
    needed: Both
    example: Both


def version_of(slug: str) -> str:
    """How a template's version is called, such as ``takedowns 1``."""
    return f"{slug} {TEMPLATE_VERSION}"

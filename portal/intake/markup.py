"""The XML in a workbook's parts, cut into pieces as it is read: a row, a string. No types, no
entities, no other encoding than UTF-8.

Nearly every piece is written in the same few ways, and is taken apart by a pattern; whatever is
written otherwise is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET  # nosec B405 - nothing can be declared, see _BEGINS

from portal.intake.archives import NotAWorkbook, Part, UnpacksTooLarge, reading

_AT_ONCE: Final = 1 << 16
_LONGEST: Final = 1 << 20
"""Bytes: what stands before the first piece, and each piece, is shorter."""
# The root stands right behind the declaration, so that no document type and with it no entity can
# be declared, and the encoding is UTF-8, so that no other one hides any.
_BEGINS: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>?]*\?>\s*)?(<(?:([A-Za-z][\w.-]*):)?([A-Za-z]+)[^>]*>)"
)
_ENCODED: Final = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_PLAIN: Final = frozenset({b"utf-8", b"us-ascii"})


@dataclass(frozen=True)
class Piece:
    """A piece of a part, without its closing tag; ``read`` bytes of the part were read by then."""

    text: str
    read: int
    root: str
    """The tag that the part begins with: it says what prefixes mean."""
    prefix: str
    """How names of the part begin: nothing, or as ``x:``."""

    def parsed(self, name: str) -> Any:
        """The elements of the piece, of which the last is one of this name."""
        whole = f"{self.root}{self.text}</{self.prefix}{name}></{_name_of(self.root)}>"
        return tree(whole.encode())


def tree(part: bytes) -> Any:
    """The root of a small part."""
    _begins(part)
    try:
        return ET.fromstring(part)  # noqa: S314  # nosec B314 - nothing can be declared
    except ET.ParseError:
        raise NotAWorkbook from None


def pieces(part: Part, parent: str, child: str) -> Iterator[Piece]:
    """What stands in the parent up to the closing tag of each child, and at last what is behind."""
    with reading():
        held = part.read(_AT_ONCE)
        root, prefix = _begins(held)
        rest, read = _opened(part, held, re.compile(rf"<{prefix}{parent}(?:\s[^>]*)?>".encode()))
        closing, ends = f"</{prefix}{child}>".encode(), f"</{prefix}{parent}>".encode()
        while rest is not None:
            *whole, rest = rest.split(closing)
            for one in whole:
                yield Piece(_decoded(one), read, root, prefix)
            if ends in rest:
                yield Piece(_decoded(rest.partition(ends)[0]), read, root, prefix)
                return
            if len(rest) > _LONGEST:
                raise UnpacksTooLarge
            if not (data := part.read(_AT_ONCE)):
                raise NotAWorkbook
            rest, read = rest + data, read + len(data)


def _opened(part: Part, held: bytes, opening: re.Pattern[bytes]) -> tuple[bytes | None, int]:
    """What stands behind the parent's tag, and how many bytes were read; None if it is empty."""
    read = len(held)
    while not (begins := opening.search(held)):
        if read > _LONGEST:
            raise UnpacksTooLarge
        if not (data := part.read(_AT_ONCE)):
            raise NotAWorkbook
        held, read = held + data, read + len(data)
    return (None if begins[0].endswith(b"/>") else held[begins.end() :]), read


def _begins(data: bytes) -> tuple[str, str]:
    """The root's tag and the prefix of its name."""
    begins = _BEGINS.match(data)
    if begins is None:
        raise NotAWorkbook
    said = _ENCODED.search(data, 0, begins.start(1))
    if said is not None and said[1].lower() not in _PLAIN:
        raise NotAWorkbook
    return _decoded(begins[1]), f"{_decoded(begins[2])}:" if begins[2] else ""


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotAWorkbook from None


def _name_of(tag: str) -> str:
    return re.split(r"[\s/>]", tag[1:], maxsplit=1)[0]

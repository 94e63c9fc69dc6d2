"""What a file is, by its first bytes and never by its name: nothing but text in rows comes in.

Safety rule 1 (domain §6): no picture, film, sound, archive, document, program, message or page is
taken in, and of what it holds nothing is kept or repeated.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import Final

from portal.errors import Refusal

HEAD: Final = 1024
"""So many first bytes are enough to tell."""

_PICTURES: Final = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+",
    b"RIFF", b"8BPS", b"\x00\x00\x01\x00", b"\x00\x00\x00\x0c", b"\xff\x0a", b"DDS ", b"qoif",
    b"\x76\x2f\x31\x01", b"AT&TFORM", b"#?RADIANCE", b"gimp xcf", b"FORM",
)  # fmt: skip
_FILMS: Final = (
    b"\x1aE\xdf\xa3", b"OggS", b"ID3", b"fLaC", b"FLV\x01", b"\x00\x00\x01\xba",
    b"\x00\x00\x01\xb3", b"0&\xb2u", b".RMF", b"#!AMR", b"MThd", b".snd", b"caff",
    b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9",
)  # fmt: skip
_ARCHIVES: Final = (
    b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\x1f\x8b", b"\x1f\x9d", b"BZh", b"\xfd7zXZ",
    b"(\xb5/\xfd", b"Rar!", b"7z\xbc\xaf", b'\x04"M\x18', b"MSCF", b"xar!", b"!<arch>", b"LZIP",
    b"`\xea", b"SQLite format 3",
)  # fmt: skip
_DOCUMENTS: Final = (b"\xd0\xcf\x11\xe0", b"{\\rtf", b"%!PS")
_PROGRAMS: Final = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\x00asm",
    b"#!",
)  # fmt: skip
_FIRST: Final = (*_PICTURES, *_FILMS, *_ARCHIVES, *_DOCUMENTS, *_PROGRAMS)
# What stands behind the first bytes: films and newer pictures, tape archives, documents.
_WITHIN: Final = re.compile(
    rb"^.{4}(?:ftyp|moov|mdat)|^.{2}-lh[0-9d]-|^.{257}ustar|%PDF-", re.DOTALL
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKUP: Final = re.compile(
    r"^<|<\?xml|<!doctype|<!entity|<(?:html|head|body|script|svg|iframe|object|embed|img|meta)\b"
)
_MESSAGE: Final = re.compile(
    r"^(?:received|return-path|from|to|cc|subject|date|mime-version|delivered-to|message-id|reply-to"
    r"|content-type|dkim-signature|x-[a-z-]+|arc-[a-z-]+)[ \t]*:|^from \S+ +(?:mon|tue|wed|thu|fri|"
    r"sat|sun)\b|^!bdn"
)


_REPORT: Final = re.compile(r'^[\[{].*"xarf_version"', re.DOTALL)


class NotText(Refusal):
    """The file is no text of rows: a picture, film, archive, document, program or the like."""

    code = "file-not-text"


class IsAMessage(Refusal):
    """The file is an e-mail; nothing of it was kept."""

    code = "file-is-a-message"


class IsAPage(Refusal):
    """The file is HTML, SVG or other XML."""

    code = "file-is-a-page"


class IsAReport(Refusal):
    """The file is a XARF report, which is read on the ISP's own machine alone (chairs B10)."""

    code = "file-is-a-report"


def refusal_of(head: bytes) -> Refusal | None:
    """Why a file that begins with these bytes (``HEAD`` of them, or all) must not come in."""
    head = head[:HEAD]
    if head.startswith(_FIRST) or _WITHIN.search(head):
        return NotText()
    text = _text(head)
    if _CONTROL.search(text):
        return NotText()
    if _MARKUP.search(text):
        return IsAPage()
    if _REPORT.search(text):
        return IsAReport()
    return IsAMessage() if _MESSAGE.search(text) else None


def encoding_of(data: bytes) -> str:
    """The encoding that the first bytes name; UTF-8 where they name none."""
    return "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"


def _text(head: bytes) -> str:
    return head.removeprefix(BOM_UTF8).decode(encoding_of(head), "ignore").lstrip().lower()

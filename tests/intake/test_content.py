"""Files are known by what they hold and not by their names; the samples are harmless."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import wave
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.errors import Refusal
from portal.intake import open_table
from portal.intake.content import HEAD, refusal_of
from portal.web.file_rules import FILE_RULES

A_TABLE = b"source_type,source_ref,item_no\r\nPOLICE,P-1,1\r\n"


def picture(kind: str) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "grey").save(held, kind)
    return held.getvalue()


def sound() -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000)
    return held.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, data)
    return held.getvalue()


def taped() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as file:
        told = tarfile.TarInfo("table.csv")
        told.size = len(A_TABLE)
        file.addfile(told, io.BytesIO(A_TABLE))
    return held.getvalue()


def message() -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "A notice", "a@b.example", "c@d.example"
    mail.set_content("See the table.")
    mail.add_attachment(A_TABLE, maintype="text", subtype="csv", filename="table.csv")
    return mail.as_bytes()


BOX = struct.pack(">I", 24)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'
SAMPLES: dict[str, tuple[Callable[[], bytes] | bytes, str]] = {
    **{
        f"a {kind} picture": ((lambda kind=kind: picture(kind)), "file-not-text")
        for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "ICO")
    },
    "a picture of a phone": (BOX + b"ftypheic" + bytes(40), "file-not-text"),
    "a film": (BOX + b"ftypisom" + bytes(40), "file-not-text"),
    "an old film": (BOX + b"moov" + bytes(40), "file-not-text"),
    "a film in a browser's box": (b"\x1aE\xdf\xa3" + bytes(40), "file-not-text"),
    "a broadcast": ((b"G" + bytes(187)) * 6, "file-not-text"),
    "a sound": (sound, "file-not-text"),
    "a song": (b"\xff\xfb\x90\x64" + bytes(400), "file-not-text"),
    "a zip archive": (lambda: zipped("table.csv", A_TABLE), "file-not-text"),
    "an empty zip archive": (b"PK\x05\x06" + bytes(18), "file-not-text"),
    "a workbook with macros": (lambda: zipped("xl/vbaProject.bin", b"x"), "file-not-text"),
    "a zip bomb": (lambda: zipped("table.csv", bytes(10_000_000)), "file-not-text"),
    "a gzip file": (lambda: gzip.compress(A_TABLE), "file-not-text"),
    "a bzip file": (lambda: bz2.compress(A_TABLE), "file-not-text"),
    "an xz file": (lambda: lzma.compress(A_TABLE), "file-not-text"),
    "a tape": (taped, "file-not-text"),
    "an old document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "file-not-text"),
    "a PDF document": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "file-not-text"),
    "a PDF behind a table": (A_TABLE + b"%PDF-1.7\n", "file-not-text"),
    "a rich text": (b"{\\rtf1\\ansi Hello}", "file-not-text"),
    "a program": (b"MZ\x90\x00" + bytes(60), "file-not-text"),
    "a script": (b"#!/bin/sh\necho hello\n", "file-not-text"),
    "a database": (b"SQLite format 3\x00" + bytes(60), "file-not-text"),
    "packed bytes": (lambda: zlib.compress(A_TABLE * 40), "file-not-text"),
    "a web page": (b"<!DOCTYPE html><html><p>Hello</p></html>", "file-is-a-page"),
    "a web page in capitals": (b"\xef\xbb\xbf \r\n<HTML><BODY>", "file-is-a-page"),
    "a web page in UTF-16": ("<html>".encode("utf-16"), "file-is-a-page"),
    "a drawing": (b'<svg xmlns="x"><script>1</script></svg>', "file-is-a-page"),
    "a page behind a table": (A_TABLE + b"<script>alert(1)</script>", "file-is-a-page"),
    "XML with entities": (ENTITIES, "file-is-a-page"),
    "an e-mail": (message, "file-is-a-message"),
    "a mailbox": (b"From a@b.example Thu Nov  5 10:00:00 2026\n", "file-is-a-message"),
    "a XARF report": (b'{"xarf_version": "4.2.0", "url": "x"}', "file-is-a-report"),
    "several of them": (b' [\n{"type":"csam","xarf_version":"4.2.0"}]', "file-is-a-report"),
    "a report by mail": (b"X-Arf: yes\nSubject: abuse\n", "file-is-a-message"),
}


def made(sample: Callable[[], bytes] | bytes) -> bytes:
    return sample if isinstance(sample, bytes) else sample()


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_no_table_is_known_by_its_first_bytes(name: str) -> None:
    sample, code = SAMPLES[name]
    refusal = refusal_of(made(sample)[:HEAD])

    assert refusal is not None
    assert refusal.code == code
    assert refusal.params == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        A_TABLE.decode(),
        "From;Until\r\n2026-10-01;\r\n",
        "to,date\r\n1,2\r\n",
        "note\r\n\u200bបានអនុវត្ត < 24 h\r\n",
        "",
    ],
)
def test_a_table_is_let_through_whatever_its_encoding(text: str, encoding: str) -> None:
    assert refusal_of(text.encode(encoding)) is None


@given(st.binary(max_size=2000))
def test_any_bytes_are_rows_or_refused_in_words(data: bytes) -> None:
    try:
        rows = [cells for _, cells in open_table(io.BytesIO(data)).rows()]
    except Refusal as refusal:
        code = refusal.code
    else:
        code = "rows" if all(isinstance(cell, str) for row in rows for cell in row) else ""

    assert code == "rows" or code in FILE_RULES

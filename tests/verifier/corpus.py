"""Files that somebody might bring to be verified: each with the verdict it has to get."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from portal.certificates.keys import KeyMaterial, ensure_development_key
from portal.certificates.render import render_certificate
from portal.certificates.sign import sign
from portal.verifier.verdict import VerdictKind
from tests.certificates.conftest import AT
from tests.certificates.samples import POLICY, SUBJECT, URL, a_sample_attestation, frozen

ALTERED, NOT_OURS = VerdictKind.ALTERED, VerdictKind.NOT_OURS
UNKNOWN, UNREADABLE = VerdictKind.UNKNOWN_SIGNER, VerdictKind.UNREADABLE
MIB = 1024 * 1024


@dataclass(frozen=True)
class Bench:
    """What the files are made of: a paper before and after signing, and who signs."""

    plain: bytes
    paper: bytes
    key: KeyMaterial
    stranger: KeyMaterial


@dataclass(frozen=True)
class Attack:
    """How a file is made, and what has to be said of it."""

    make: Callable[[Bench], bytes]
    kind: VerdictKind
    note: str


def bench(plain: bytes, paper: bytes, key: KeyMaterial, folder: Path) -> Bench:
    return Bench(plain, paper, key, ensure_development_key(folder))


def _saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    held = BytesIO()
    pdf.save(held, **options)
    return held.getvalue()


def _blank() -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    return pdf


def object_streams(_: Bench) -> bytes:
    """Millions of objects in streams of a few kilobytes, which unfold to half a gigabyte."""
    pdf = _blank()
    many = zlib.compress(b"0 0 " * (8 * MIB), 9)
    for _n in range(16):
        stream = pikepdf.Stream(pdf, many)
        stream.Filter, stream.Type = pikepdf.Name.FlateDecode, pikepdf.Name.ObjStm
        stream.N, stream.First = 4 * MIB, 4
        pdf.Root[f"/B{_n}"] = pdf.make_indirect(stream)
    return _saved(pdf)


def flate_bomb(b: Bench) -> bytes:
    """A stranger's signed paper with an attachment that unfolds, and unfolds again."""
    bomb = zlib.compress(zlib.compress(bytes(128 * MIB), 9), 9)
    name = b"/Type /EmbeddedFile"
    part = b"\n9999 0 obj\n<<%s /Filter [/FlateDecode /FlateDecode] /Length %d>>\nstream\n%s\n"
    return _by_a_stranger(b) + part % (name, len(bomb), bomb) + b"endstream\nendobj\n"


def deep_tree(_: Bench) -> bytes:
    """Pages within pages, so deep that whoever follows them never comes back."""
    nodes = [
        f"{n} 0 obj\n<</Type /Pages /Count 1 /Kids [{n + 1} 0 R]>>\nendobj\n"
        for n in range(2, 60_000)
    ]
    body = b"%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n"
    return body + "".join(nodes).encode() + b"trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def deep_container(b: Bench) -> bytes:
    """A signature whose ASN.1 is nested past any reader's patience."""
    start, end = _contents(b.paper)
    nested = (b"30" + b"80") * ((end - start) // 4)
    return b.paper[:start] + nested + b.paper[start + len(nested) :]


def encrypted(_: Bench) -> bytes:
    return _saved(_blank(), encryption=pikepdf.Encryption(owner="o", user="u"))


def annotation(b: Bench) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(b.paper))
    page = writer.root["/Pages"]["/Kids"].raw_get(0).get_object()
    page["/Annots"] = ArrayObject([*page["/Annots"], writer.add_object(_note())])
    writer.update_container(page)
    return _written(writer)


def _note() -> DictionaryObject:
    named = {"/Type": "/Annot", "/Subtype": "/Square"}
    note = DictionaryObject({NameObject(k): NameObject(v) for k, v in named.items()})
    note["/Rect"] = ArrayObject(NumberObject(n) for n in (0, 0, 300, 300))
    return note


def catalogue(b: Bench) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(b.paper))
    writer.root["/PageMode"] = NameObject("/UseNone")
    writer.update_root()
    return _written(writer)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    held = BytesIO()
    writer.write(held)
    return held.getvalue()


def swapped_content(b: Bench) -> bytes:
    """Another name on the page, by a later revision that a reader would show."""
    other = a_sample_attestation(subject=SUBJECT | {"name_en": "Another ISP (fictional)"})
    page = render_certificate(other, frozen(other), POLICY, qr_url=URL)
    content = max(re.findall(rb"stream\n(.*?)\nendstream", page, re.DOTALL), key=len)
    part = b"\n6 0 obj\n<</Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\nendobj\n"
    return b.paper + part % (len(content), content) + b"startxref\n0\n%%EOF\n"


def shadow(b: Bench) -> bytes:
    """Content that was hidden when we signed, shown by a later revision of a few bytes, in which
    an object's number is given to the hidden one (Mainka, Mladenov, Rohlmann 2021).
    """
    with pikepdf.open(BytesIO(b.plain)) as pdf:
        pdf.Root["/Hidden"] = pdf.make_indirect(pikepdf.Stream(pdf, b"BT ET"))
        prepared = _saved(pdf)
    signed = sign(prepared, b.key, POLICY, at=AT)
    return signed + b"\nxref\n0 0\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def wrapped(b: Bench) -> bytes:
    """Our paper, whole, within another file that shows something else and names our signature."""
    front = b"%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\n"
    return front + b.paper


def ranged(b: Bench) -> bytes:
    """The range moved, so that what it leaves out holds more than the signature (universal
    signature forgery, Mladenov et al. 2019).
    """
    start, end = _contents(b.paper)
    hole = b"<" + b.paper[start:end] + b"> /Evil (" + b"x" * 50 + b") >"
    moved = b.paper[: start - 1] + hole + b.paper[end + 1 :]
    size = len(b.paper) - end - 1
    told = b"/ByteRange [0 %d %d %d]" % (start - 1, start - 1 + len(hole), size)
    return re.sub(rb"/ByteRange \[[^]]*\] *", lambda m: told.ljust(len(m[0])), moved, count=1)


def two_ranges(b: Bench) -> bytes:
    """A first range over nothing, in a comment, before the true one."""
    return b.paper.replace(b"%PDF-1.7\n", b"%PDF-1.7\n%/ByteRange [0 9 11 0] <>\n", 1)


def _by_a_stranger(b: Bench) -> bytes:
    return sign(b.plain, b.stranger, POLICY, at=AT)


def stolen_attestation(b: Bench) -> bytes:
    """Our key on a page that another's attestation was attached to."""
    own, other = (frozen(a_sample_attestation(number=f"KH-SP5-2026-00004{n}")) for n in "67")
    assert len(own) == len(other)
    attestation = a_sample_attestation(number="KH-SP5-2026-000046")
    page = render_certificate(attestation, own, POLICY, qr_url=URL)
    with pikepdf.open(BytesIO(page)) as pdf:
        (spec,) = pdf.Root.AF
        spec.EF.F.write(other)
        return sign(_saved(pdf), b.key, POLICY, at=AT)


def digit(b: Bench) -> bytes:
    start, _ = _contents(b.paper)
    at = start + 700
    other = b"1" if b.paper[at : at + 1] == b"0" else b"0"
    return b.paper[:at] + other + b.paper[at + 1 :]


def _contents(pdf: bytes) -> tuple[int, int]:
    start = pdf.index(b"/Contents <") + len(b"/Contents <")
    return start, pdf.index(b">", start)


ATTACKS = {
    "nothing": Attack(lambda _: b"", UNREADABLE, "not-a-pdf"),
    "too large": Attack(lambda b: b.paper + bytes(50 * MIB), UNREADABLE, "too-large"),
    "not a PDF": Attack(lambda _: b"GIF89a" + bytes(90), UNREADABLE, "not-a-pdf"),
    "object streams": Attack(object_streams, NOT_OURS, "no-signature"),
    "deep pages": Attack(deep_tree, NOT_OURS, "no-signature"),
    "deep container": Attack(deep_container, ALTERED, "signature-broken"),
    "Flate bomb": Attack(flate_bomb, UNKNOWN, "unknown-signer"),
    "encrypted": Attack(encrypted, UNREADABLE, "encrypted"),
    "annotation": Attack(annotation, ALTERED, "revision-added"),
    "catalogue": Attack(catalogue, ALTERED, "revision-added"),
    "swapped content": Attack(swapped_content, ALTERED, "revision-added"),
    "shadow": Attack(shadow, ALTERED, "revision-added"),
    "junk after the end": Attack(lambda b: b.paper + b"%junk", ALTERED, "bytes-added"),
    "wrapped": Attack(wrapped, ALTERED, "signature-broken"),
    "moved range": Attack(ranged, ALTERED, "signature-broken"),
    "two ranges": Attack(two_ranges, ALTERED, "signature-broken"),
    "a stranger": Attack(_by_a_stranger, UNKNOWN, "unknown-signer"),
    "another's attestation": Attack(stolen_attestation, NOT_OURS, "inside-does-not-agree"),
    "a digit of the signature": Attack(digit, ALTERED, "signature-broken"),
}

"""The documents that a signed paper carries, known by what they say they are.

Of the PDF no structure is followed: whoever comes here has checked that every byte of the file is
the issuer's own. Even so nothing unfolds to more than a bound.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.canonical import canonical, sha256

ATTESTATION, STATEMENT = "attestation/1", "statement/1"
MOST_BYTES = 1024 * 1024
_MOST_FILES = 20
_FILE = re.compile(rb"/Type\s*/EmbeddedFile\b")
_LENGTH = re.compile(rb"/Length\s+(\d{1,9})\b")
_STREAM = re.compile(rb"stream\r?\n")
_IDENTIFIER = re.compile(rb"/ID\s*\[\s*<([0-9A-Fa-f]{32})>")


class NothingInside(Exception):
    """The paper carries no attestation."""


class Disagreement(Exception):
    """What a paper carries is not an attestation, or not its statement's, or another paper's."""


@dataclass(frozen=True)
class Inside:
    """The attestation with its bytes, and the statement of a report."""

    attestation: dict[str, Any]
    attestation_bytes: bytes
    statement: dict[str, Any] | None


def documents_in(pdf: bytes) -> Inside:
    """The frozen documents of a paper. Raises NothingInside, Disagreement, ValueError.

    Their bytes have to be the canonical ones, the statement the one whose digest is attested, and
    both those the file names itself after (its identifier).
    """
    found: dict[str, bytes] = {}
    for data in _unfolded(pdf):
        kind = _kind_of(data)
        if kind not in {ATTESTATION, STATEMENT}:
            continue  # the schema, the policy: told by the digests in these two
        if kind in found:
            raise Disagreement("two of a kind")
        found[kind] = data
    if ATTESTATION not in found:
        raise NothingInside
    attestation = _read(found[ATTESTATION])
    statement = _read(found[STATEMENT]) if STATEMENT in found else None
    _must_agree(attestation, found)
    named = sha256(found[ATTESTATION] + found.get(STATEMENT, b""))[:16].hex()
    identifier = _IDENTIFIER.search(pdf)
    if identifier is None or identifier[1].decode().lower() != named:
        raise Disagreement("the file is named after other documents")
    return Inside(attestation, found[ATTESTATION], statement)


def _must_agree(attestation: dict[str, Any], found: dict[str, bytes]) -> None:
    try:
        named = attestation["filing"]["statement_digest"] if STATEMENT in found else None
    except (KeyError, TypeError) as error:
        raise Disagreement from error
    if named is not None and sha256(found[STATEMENT]).hex() != named:
        raise Disagreement("another statement")


def _unfolded(pdf: bytes) -> Iterator[bytes]:
    for count, file in enumerate(_FILE.finditer(pdf)):
        if count == _MOST_FILES:
            raise Disagreement("more files than a paper has")
        start = pdf.rindex(b"obj", 0, file.start())
        stream = _STREAM.search(pdf, file.end())
        if stream is None:
            raise ValueError("a file without its stream")
        head = pdf[start : stream.start()]
        length = _LENGTH.search(head)
        if length is None:
            raise ValueError("a stream of no length")
        data = pdf[stream.end() : stream.end() + int(length[1])]
        yield inflated(data) if b"/FlateDecode" in head else data


def inflated(data: bytes, most: int = MOST_BYTES) -> bytes:
    """Unfold at most so many bytes; ValueError where there are more, or the data is broken."""
    unfolding = zlib.decompressobj()
    try:
        found = unfolding.decompress(data, most)
    except zlib.error as error:
        raise ValueError("a broken stream") from error
    if unfolding.unconsumed_tail or not unfolding.eof:
        raise ValueError("a stream that unfolds to more than it may, or that was cut")
    return found


def _kind_of(data: bytes) -> str:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return "other"
    schema = found.get("schema", "other") if isinstance(found, dict) else "other"
    return schema if isinstance(schema, str) else "other"


def _read(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)
    if canonical(found) != data:
        raise Disagreement("not the canonical bytes")
    return found

"""The ISP's statement: what is frozen at filing, as canonical bytes with a published schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from jsonschema_rs import Draft202012Validator

from portal.canonical import canonical, digest_of
from portal.entries.entry import plain

SCHEMA = "statement/1"
METHOD = "indicators/1"
MOST_BYTES = 65_536
# What a filing is frozen with, but what its entries do not say: two filings that differ in these
# alone are unchanged.
_FRAME = (
    "seq",
    "system_seq",
    "cut_off_at",
    "due_at",
    "version",
    "amends",
    "reason",
    "opening_filing",
)


def freeze(content: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a statement; raises ValueError where it breaks its own schema."""
    statement = {"schema": SCHEMA, "method": METHOD, **content}
    check(statement)
    frozen = canonical(statement)
    if len(frozen) > MOST_BYTES:
        msg = f"a statement of {len(frozen)} bytes: the bound is {MOST_BYTES}"
        raise ValueError(msg)
    return frozen


def check(statement: Mapping[str, Any]) -> None:
    """Validate against the published schema; raises jsonschema_rs.ValidationError."""
    _validator().validate(dict(statement))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_bytes()))


def schema_bytes() -> bytes:
    """The published JSON Schema of a statement."""
    return resources.files("portal.returns").joinpath("statement-1.schema.json").read_bytes()


def content_digest(statement: Mapping[str, Any]) -> bytes:
    """SHA-256 over what the entries say: the statement less its frame."""
    return digest_of({k: v for k, v in statement.items() if k not in _FRAME})


def certified_digest(statement: Mapping[str, Any]) -> bytes:
    """SHA-256 over what certificate and report certify: the statement's figures and results, less
    its frame and less the digests of the lines (a corrected note moves these, but no figure).

    An accepted amendment supersedes a certificate if it moves this (§7, case 15).
    """
    said = {name: told for name, told in statement.items() if name not in (*_FRAME, "registers")}
    return digest_of(said)


def instant(at: datetime) -> str:
    """An instant as statements write it: UTC to the second with a Z where it has no fraction."""
    text = str(plain(at))
    return text.replace(".000000Z", "Z")

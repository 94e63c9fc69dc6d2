"""The documents a paper carries, and whether they agree with themselves and each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from portal.canonical import canonical, sha256

ATTESTATION_FILE = "attestation.json"
STATEMENT_FILE = "statement.json"
SCHEMA_FILE = "statement.schema.json"
_SCHEMA = "attestation/1"


class Disagreement(Exception):
    """What a paper carries is not an attestation, or not its statement's."""


def files_inside(reader: PdfFileReader) -> Iterator[tuple[str, bytes]]:
    """The names and bytes of the associated files. Unfolds them: ask of a signed paper only."""
    for file in reader.root.get("/AF", ()):
        description = file.get_object()
        yield str(description["/UF"]), description["/EF"]["/F"].data


def attestation_among(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The attestation among a paper's files. Raises KeyError without one, and Disagreement.

    Its bytes have to be the canonical ones, and the statement, if there is one, has to be the
    statement whose digest it names.
    """
    data = files[ATTESTATION_FILE]
    try:
        found: dict[str, Any] = json.loads(data)
        agrees = canonical(found) == data and found["schema"] == _SCHEMA
        if STATEMENT_FILE in files:
            named = found["filing"]["statement_digest"]
            agrees = agrees and sha256(files[STATEMENT_FILE]).hex() == named
    except (ValueError, KeyError, TypeError) as error:
        raise Disagreement from error
    if not agrees:
        raise Disagreement
    return found

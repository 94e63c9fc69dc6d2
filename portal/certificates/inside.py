"""The documents a paper carries, by the names they are attached under."""

from __future__ import annotations

from collections.abc import Iterator

from pyhanko.pdf_utils.reader import PdfFileReader

ATTESTATION_FILE = "attestation.json"
STATEMENT_FILE = "statement.json"
SCHEMA_FILE = "statement.schema.json"


def files_inside(reader: PdfFileReader) -> Iterator[tuple[str, bytes]]:
    """The names and bytes of the associated files. Unfolds them: ask of a signed paper only."""
    for file in reader.root.get("/AF", ()):
        description = file.get_object()
        yield str(description["/UF"]), description["/EF"]["/F"].data

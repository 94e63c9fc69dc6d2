"""One revision added to a paper: nothing in it by lot, the metadata as rendered."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import ByteStringObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from portal.canonical import sha256

_UNCLEAR = b"\r\nendstream"


class Revision(IncrementalPdfFileWriter):
    """Adds a revision and leaves the metadata as rendered: pyHanko's own would break PDF/A. What
    names the revision is made of the paper and the time, so that nothing in it is drawn by lot.
    """

    def __init__(self, pdf: bytes, at: datetime) -> None:
        super().__init__(BytesIO(pdf))
        named = ByteStringObject(sha256(sha256(pdf) + at.isoformat().encode())[:16])
        self._document_id[1] = named

    def _update_meta(self) -> None:
        """The document describes itself already."""

    def _write_objects(self, stream: Any, object_position_dict: Any) -> None:
        """Write them, none with an unclear end (``ends_clearly``)."""
        for held in self.objects.values():
            if isinstance(held, StreamObject) and held.encoded_data.endswith(b"\r"):
                _spell_out(held)
        super()._write_objects(stream, object_position_dict)


def ends_clearly(written: bytes) -> bool:
    """Whether no stream ends in a carriage return: with the line feed that follows, validators of
    PDF/A take it for the end of the line, and find the stream shorter than it says.
    """
    return _UNCLEAR not in written


def _spell_out(held: StreamObject) -> None:
    """Write a stream as hexadecimal digits: one in 256 is unlucky, and a few bytes are cheap."""
    data = held.data
    for name in ("/Filter", "/DecodeParms"):
        held.pop(NameObject(name), None)
    held[NameObject("/Filter")] = NameObject("/ASCIIHexDecode")
    held._data, held._encoded_data = data, data.hex().encode() + b">"  # noqa: SLF001

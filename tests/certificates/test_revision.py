"""A revision is written so that every validator finds its streams as long as they say."""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.certificates.revision import Revision, ends_clearly
from tests.certificates.conftest import AT
from tests.certificates.reading import breaches


def test_no_stream_ends_where_a_line_could_end(certificate: bytes) -> None:
    assert not ends_clearly(b"stream\nabc\r\nendstream")
    revision, text = Revision(certificate, AT), b"ends with a carriage return\r"
    added = revision.add_object(StreamObject(stream_data=text))
    written = BytesIO()
    revision.write(written)
    assert ends_clearly(written.getvalue()[len(certificate) :])
    assert breaches(written.getvalue()) == []
    assert PdfFileReader(written).get_object(added.reference).data == text

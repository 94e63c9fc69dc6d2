"""The visible seal of a signature: a small page with fonts of its own, put in the field."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle
from weasyprint import Document

from portal.certificates import khmer, paper
from portal.certificates.keys import KeyMaterial, common_name
from portal.policy.document import Policy

_FILLED = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0)
)


class _Seal(PdfContent):
    """The first page of a PDF that is in memory, drawn into the signature's appearance."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        super().__init__()

    def render(self) -> bytes:
        """The operators that draw the page; its fonts go into the paper with it."""
        drawing = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self.pdf)))
        self.resources.xobject["/Seal"] = drawing
        left, bottom, right, top = drawing.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Seal Do"


def seal(key: KeyMaterial, policy: Policy, at: datetime) -> StaticStampStyle:
    """How the signature looks: who signed, when on the policy's clocks, by whose authority; and
    that the time is the signer's word, where nobody stamps it.
    """
    local = at.astimezone(policy.time_zone)
    html = paper.page(
        "seal.html",
        name=key.name,
        issuer=common_name(key.issuers[0]),
        stamped=key.authorities is not None,
        serial=f"{key.certificate.serial_number:X}"[-16:],
        day_km=khmer.day_km(local.date()),
        day_en=f"{khmer.day_en(local.date())}, {local:%H:%M} {_offset(local)}",
    )
    return StaticStampStyle(
        background=_Seal(_drawn(paper.lay_out(html, "seal.css"))),
        background_layout=_FILLED,
        background_opacity=1.0,
        border_width=0,
    )


def _offset(local: datetime) -> str:
    """``UTC+02``; the minutes only where there are some (``UTC+05:30``)."""
    hours, minutes = f"{local:%z}"[:3], f"{local:%z}"[3:5]
    return f"UTC{hours}" if minutes == "00" else f"UTC{hours}:{minutes}"


def _drawn(document: Document) -> bytes:
    pdf: bytes = document.write_pdf()  # untagged: the field it goes into is the tagged thing
    return pdf

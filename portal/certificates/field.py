"""An empty signature field over one element of the page, tagged so that readers speak it."""

from __future__ import annotations

from typing import Any

import pydyf
from weasyprint import Document

FIELD = "Issuer"
_SPOKEN = "ហត្ថលេខាឌីជីថលនៃអង្គភាពចេញលិខិត · Digital signature of the issuing body"
_POINT = 0.75  # of a CSS pixel
_PRINTED_AND_LOCKED = 132


def signature_field(document: Document, pdf: pydyf.PDF, element_id: str = "signature") -> None:
    """Add the field ``FIELD`` over the box of the HTML element; raises LookupError without one."""
    page, rectangle = _place(document, element_id)
    sheet = pdf.page_references[page]
    key, parents = _next_parent_key(pdf)
    widget = _widget(pdf, rectangle, sheet, key)
    _object(pdf, sheet).setdefault("Annots", pydyf.Array()).append(widget.reference)
    parents.extend([key, _form_element(pdf, element_id, widget, sheet).reference])
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([widget.reference]), "SigFlags": 0}
    )


def _place(document: Document, element_id: str) -> tuple[int, tuple[float, ...]]:
    for number, page in enumerate(document.pages):
        for box in page._page_box.descendants(placeholders=True):  # noqa: SLF001
            if box.element is not None and box.element.get("id") == element_id and box.width:
                left, top = box.border_box_x(), page.height - box.border_box_y()
                corners = (left, top - box.border_height(), left + box.border_width(), top)
                return number, tuple(round(corner * _POINT, 2) for corner in corners)
    raise LookupError(element_id)


def _next_parent_key(pdf: pydyf.PDF) -> tuple[int, Any]:
    tree = _object(pdf, pdf.catalog["StructTreeRoot"])
    numbers = _object(pdf, tree["ParentTree"])["Nums"]
    return max(numbers[::2]) + 1, numbers


def _widget(
    pdf: pydyf.PDF, rectangle: tuple[float, ...], sheet: bytes, key: int
) -> pydyf.Dictionary:
    left, bottom, right, top = rectangle
    size = pydyf.Array([0, 0, round(right - left, 2), round(top - bottom, 2)])
    look = pydyf.Stream(extra={"Type": "/XObject", "Subtype": "/Form", "BBox": size})
    pdf.add_object(look)  # PDF/A: even an unsigned field has an appearance
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(FIELD),
            "TU": pydyf.String(_SPOKEN),
            "F": _PRINTED_AND_LOCKED,
            "Rect": pydyf.Array(rectangle),
            "P": sheet,
            "StructParent": key,
            "AP": pydyf.Dictionary({"N": look.reference}),
        }
    )
    pdf.add_object(widget)
    return widget


def _form_element(
    pdf: pydyf.PDF, element_id: str, widget: pydyf.Dictionary, sheet: bytes
) -> pydyf.Dictionary:
    parent = pdf.element_of[element_id]  # noted by the text layer's repairs
    link = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": sheet})
    pdf.add_object(link)
    form = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": parent.reference,
            "Pg": sheet,
            "K": pydyf.Array([link.reference]),
        }
    )
    pdf.add_object(form)
    parent["K"].append(form.reference)
    return form


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]

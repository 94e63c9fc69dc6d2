"""From a page in HTML to one archival, tagged PDF (PDF/A-3a and PDF/UA-1) with data inside.

The bytes depend on the arguments alone: the dates, the file identifier and the order of all
objects are given or derived, never taken from the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pydyf
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal.certificates import khmer, textlayer
from portal.certificates.press import Page, forget, write_once
from portal.collector import uncollected
from portal.folders import folder

TEMPLATES, STATIC = folder("templates"), folder("static") / "pdf"
_VARIANT = "pdf/a-3a"

# PDF/A allows foreign metadata only with a description of its schema.
_ALSO_PDF_UA = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class OutOfBounds(ValueError):
    """A paper asked for a file outside the folders it may draw from."""


@dataclass(frozen=True)
class Inside:
    """A file carried inside a paper, and how it relates to the page (AFRelationship)."""

    name: str
    data: bytes
    description: str
    relationship: str = "Data"


class FoldersOnly(URLFetcher):  # type: ignore[misc]
    """Lets a paper read its own style and drawings; nothing else, and never the network."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The file behind a ``file:`` URL below static/pdf; raises OutOfBounds."""
        parts = urlsplit(url)
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme != "file" or parts.netloc or not path.is_relative_to(STATIC):
            raise OutOfBounds(url[:100])
        return super().fetch(url, headers)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "km": khmer.km, "en": khmer.en, "digits": khmer.digits, "breakable": khmer.breakable,
    }  # fmt: skip
    environment.globals["both"] = khmer.both
    return environment


def page(template: str, **values: Any) -> str:
    """The HTML of ``templates/pdf/<template>``; a name it misses is an error."""
    return _environment().get_template(f"pdf/{template}").render(values)


@cache
def _fetcher() -> FoldersOnly:
    return FoldersOnly(allowed_protocols=["file"], allow_redirects=False)


@cache
def _fonts() -> FontConfiguration:
    textlayer.install()
    return FontConfiguration()


@cache
def _style(name: str) -> CSS:
    return CSS(filename=STATIC / name, font_config=_fonts(), url_fetcher=_fetcher())


def lay_out(html: str, *styles: str) -> Document:
    """The pages of an HTML text, with the named styles of static/pdf."""
    sheets = [_style(name) for name in styles]
    forget()
    with uncollected():
        source = Page(html, f"{STATIC.as_uri()}/", _fetcher())
        return source.render(font_config=_fonts(), pdf_variant=_VARIANT, stylesheets=sheets)


def write(
    document: Document,
    *,
    created: datetime,
    identifier: bytes,
    inside: Sequence[Inside] = (),
    finish: Callable[[Document, pydyf.PDF], None] | None = None,
) -> bytes:
    """The laid-out pages as PDF/A-3a + PDF/UA-1; ``finish`` may add to it before it is closed."""
    document.metadata.generate_rdf_metadata = partial(
        _rdf_with_pdf_ua, document.metadata.generate_rdf_metadata
    )
    attachments = [
        Attachment(
            string=item.data,
            name=item.name,
            description=item.description,
            relationship=item.relationship,
            created=created,
            modified=created,
        )
        for item in inside
    ]
    with uncollected():
        written: bytes = document.write_pdf(
            pdf_variant=_VARIANT,
            pdf_identifier=identifier[:16],
            attachments=attachments,
            finisher=partial(_finish, finish),
        )
    return written


def _rdf_with_pdf_ua(original: Callable[..., bytes], *args: Any) -> bytes:
    return original(*args).replace(b"</rdf:RDF>", _ALSO_PDF_UA + b"</rdf:RDF>")


def _finish(
    more: Callable[[Document, pydyf.PDF], None] | None, document: Document, pdf: pydyf.PDF
) -> None:
    # Uncompressed metadata can be read by the simplest tool.
    pdf.objects[int(pdf.catalog["Metadata"].split()[0])].compress = False
    if "AF" in pdf.catalog:  # WeasyPrint 70.0 lists each file twice
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    if more:
        more(document, pdf)
    write_once(pdf)

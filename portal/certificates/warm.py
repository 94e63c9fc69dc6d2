"""What a process that will fork workers does first, so that none of them has to do it again."""

from __future__ import annotations

import gc

from portal.certificates import khmer, paper

_STYLES = ("paper.css", "certificate.css", "report.css", "letter.css", "seal.css")


def warm() -> None:
    """Load fonts, styles, the segmenter and the templates by drawing a page that nobody reads, and
    take all that is there by now out of the collector's sight: pages of memory that it does not
    walk stay shared with the workers. Call it once, before a fork and before threads.
    """
    day = khmer.breakable("ថ្ងៃទី១ ខែមករា")
    said = {"name": "–", "serial": "–", "day_km": day, "day_en": "–", "stamped": False}
    for name in _STYLES:
        html = paper.page("seal.html", **said)
        paper.lay_out(html, "paper.css", name).write_pdf()
    gc.collect()
    gc.freeze()

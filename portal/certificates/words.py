"""The words of the papers in Khmer and English; one table an idea.

The Khmer is a draft for a native reviewer (docs/khmer.md says so to whoever prints it).
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One idea in two languages, and the sign that stands beside it (shape, not colour alone)."""

    km: str
    en: str
    sign: str = ""


TITLES = {
    "CERTIFICATE": Words("វិញ្ញាបនបត្រអនុលោមភាព", "Certificate of Compliance"),
    "FINDINGS": Words("សេចក្តីថ្លែងលទ្ធផលពិនិត្យ", "Statement of Findings"),
}
REPORT_TITLE = Words("របាយការណ៍អនុលោមភាព", "Compliance Report")

RESULTS = {
    "MET": Words("បានបំពេញ", "Met", "✔"),
    "MET_WITH_OBSERVATION": Words("បំពេញ មានសង្កេត", "Met, observed", "▲"),
    "NOT_MET": Words("មិនបានបំពេញ", "Not met", "✖"),
    "NOT_APPLICABLE": Words("មិនពាក់ព័ន្ធ", "Not applicable", "–"),
    "NOT_ASSESSED": Words("មិនបានវាយតម្លៃ", "Not assessed", "○"),
}
BASES = {
    "COMPUTED": Words("គណនា", "Computed"),
    "DECLARED": Words("ប្រកាស", "Declared"),
    "SAMPLED": Words("ពិនិត្យគំរូ", "Sampled"),
    "COUNTERPARTY": Words("ភាគីដៃគូ", "Counterparty"),
}
OUTCOMES = {
    "ACCEPT": Words("ទទួលយក", "Accepted"),
    "ACCEPT_WITH_OBSERVATIONS": Words("ទទួលយក ដោយមានកំណត់សង្កេត", "Accepted with observations"),
}
LICENCE_KINDS = {
    "MNO": Words("ប្រតិបត្តិករទូរស័ព្ទចល័ត", "mobile network"),
    "MOBILE": Words("ប្រតិបត្តិករទូរស័ព្ទចល័ត", "mobile network"),
    "FIXED": Words("អ៊ីនធឺណិតថេរ", "fixed internet"),
    "FIXED_ISP": Words("អ៊ីនធឺណិតថេរ", "fixed internet"),
    "HOSTING": Words("សេវាបង្ហោះទិន្នន័យ", "hosting"),
}
WATERMARKS = {"demo": Words("សាកល្បង", "DEMO"), "draft": Words("សេចក្តីព្រាង", "DRAFT")}
NOTICES = {
    "demo": Words(
        "ឯកសារសាកល្បង៖ ទិន្នន័យប្រឌិត គ្មានអានុភាពគតិយុត្ត", "Demonstration: invented data, no legal effect"
    ),
    "draft": Words("សេចក្តីព្រាង៖ មិនទាន់ចេញជាផ្លូវការ", "Draft: not issued"),
}


def words_for(table: dict[str, Words], code: str) -> Words:
    """The words of a code; a code that a later policy pack brings is shown as it stands."""
    plain = code.replace("_", " ").capitalize()
    return table.get(code, Words(plain, plain))

"""The words of the papers in Khmer and English; one table an idea.

The Khmer is a draft that a native reviewer has to confirm before official use.
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
MOVES = {
    "EXTENSION": Words("បន្ថែមពេលដែលបានអនុញ្ញាត", "More time granted"),
    "OUTAGE": Words("ការដាច់សេវា", "Outage"),
}
EXTENSION_REASONS = {
    "": Words("មិនបានបញ្ជាក់", "Not stated"),
    "OWN_SYSTEM_FAILED": Words("ប្រព័ន្ធផ្ទាល់ខ្លួនខូច", "Its own system failed"),
    "STAFF_ABSENT": Words("អ្នករៀបចំ ឬអ្នកអនុម័តអវត្តមាន", "Preparer or approver absent"),
    "DATA_FROM_OTHERS_LATE": Words("ទិន្នន័យពីអ្នកដទៃមកយឺត", "Data from others came late"),
    "FORCE_MAJEURE": Words("ប្រធានសក្តិ", "Force majeure"),
    "FIRST_RETURNS": Words("របាយការណ៍ដំបូងៗ", "First returns"),
}
OBSERVED = Words(
    "អាជ្ញាធរបានសង្កេត; មូលហេតុមានក្នុងសេចក្តីសម្រេចរបស់អាជ្ញាធរ។",
    "Observed by the authority; the reason stands in its decision.",
)
HEARD = {
    "REPLIED": Words(
        "អ្នកផ្តល់សេវាបានឆ្លើយតបមុនពេលសម្រេច; ចម្លើយមានក្នុងរបាយការណ៍អនុលោមភាព។",
        "The provider replied before this was decided; its reply stands in the compliance report.",
    ),
    "NOTHING_TO_SAY": Words(
        "អ្នកផ្តល់សេវាត្រូវបានស្តាប់មុនពេលសម្រេច ហើយមិនមានអ្វីត្រូវបញ្ជាក់ទេ។",
        "The provider was heard before this was decided, and had nothing to say.",
    ),
    "NO_REPLY": Words(
        "អ្នកផ្តល់សេវាអាចឆ្លើយតបមុនពេលសម្រេច ហើយមិនបានឆ្លើយទេ។",
        "The provider could reply before this was decided, and did not.",
    ),
}
AGAINST = {
    "FINDING": Words("លទ្ធផលពិនិត្យ", "the findings"),
    "VOID": Words("ការប្រកាសជាមោឃៈ", "the filing declared void"),
    "REVOCATION": Words("ការដកហូតលិខិតមុន", "the revocation of the paper before"),
}
APPEALED = {
    "": Words("មិនទាន់មានចម្លើយ", "not answered yet"),
    "ALLOWED": Words("បានទទួល", "allowed"),
    "UPHELD": Words("បានបដិសេធ", "refused"),
}
WHOLE_RETURN = Words("របាយការណ៍ទាំងមូល", "the whole return")
NO_INSTRUMENT = Words("គ្មានលិខិតបទដ្ឋានដែលបានអនុម័ត", "no adopted instrument")
REASONS = {
    "judged-at-filing": Words("វាយតម្លៃនៅពេលដាក់របាយការណ៍", "judged when the return is filed"),
    "NO_WRITTEN_COVER": Words(
        "អាជ្ញាធរមិនទាន់ផ្តល់ការអនុញ្ញាតជាលាយលក្ខណ៍អក្សរ", "no written cover by the authority"
    ),
    "no-items": Words("គ្មានករណីក្នុងខែនេះ", "no items this month"),
    "below-minimum": Words("ក្រោមកម្រិតអប្បបរមា", "below the minimum"),
    "no-list-applied": Words("មិនបានអនុវត្តបញ្ជីដែលអនុញ្ញាតណាមួយទេ", "no permitted list applied"),
    "no-list-reachable": Words("មិនអាចទៅដល់បញ្ជីដែលអនុញ្ញាតណាមួយទេ", "no permitted list can be reached"),
    "public-resolvers": Words("អតិថិជនប្រើម៉ាស៊ីនដោះស្រាយឈ្មោះសាធារណៈ", "subscribers use public resolvers"),
    "no-roster": Words("គ្មានបុគ្គលិកក្នុងបញ្ជី", "no staff on the roster"),
    "induction-late": Words("ការបណ្តុះបណ្តាលដំបូងមួយយឺត", "an induction came late"),
    "not-declared": Words("មិនបានប្រកាស", "not declared"),
    "not-reconfirmed": Words("មិនបានបញ្ជាក់ឡើងវិញក្នុងរយៈពេលមួយឆ្នាំ", "not reconfirmed within the year"),
    "declared-no": Words("បានប្រកាស៖ ទេ", "declared: no"),
    "declared-partly": Words("បានប្រកាស៖ មានខ្លះ", "declared: partly"),
    "no-deputy": Words("គ្មានអ្នកជំនួស", "no deputy"),
    "filed-late": Words("ដាក់យឺត", "filed late"),
    "self-reported": Words(
        "អ្នកផ្តល់សេវារាយការណ៍ដោយខ្លួនឯង មុនការពិនិត្យ", "reported by the ISP itself before review"
    ),
    "set-aside-on-appeal": Words("លទ្ធផលត្រូវបានលើកចោលតាមបណ្តឹងតវ៉ា", "set aside on appeal"),
    "one-late-excused": Words("ករណីយឺតតែមួយ មូលហេតុត្រូវបានទទួលយក", "one late item, its reason accepted"),
}


def words_for(table: dict[str, Words], code: str) -> Words:
    """The words of a code; a code that a later policy pack brings is shown as it stands."""
    plain = code.replace("_", " ").replace("-", " ").capitalize()
    return table.get(code, Words(plain, plain))

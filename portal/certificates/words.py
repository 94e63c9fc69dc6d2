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
ROLE_GROUPS = {
    "DESIGNATED_HANDLER": Words("អ្នកទទួលបន្ទុក", "Designated handlers"),
    "ABUSE_DESK": Words("ផ្នែកទទួលបណ្តឹងរំលោភ", "Abuse desk"),
    "NOC_DNS": Words("មជ្ឈមណ្ឌលប្រតិបត្តិការ និង DNS", "Operations and DNS"),
    "CUSTOMER_CARE": Words("សេវាអតិថិជន", "Customer care"),
    "LEGAL_COMPLIANCE": Words("ច្បាប់ និងអនុលោមភាព", "Legal and compliance"),
    "MANAGEMENT": Words("គណៈគ្រប់គ្រង", "Management"),
    "CONTRACTOR": Words("អ្នកម៉ៅការ", "Contractors"),
    "OTHER": Words("ក្រុមតូចៗរួមគ្នា", "Small groups together"),
}
MOVES = {
    "EXTENSION": Words("បន្ថែមពេលដែលបានអនុញ្ញាត", "More time granted"),
    "OUTAGE": Words("ការដាច់សេវា", "Outage"),
}
EXTENSION_REASONS = {
    "": Words("–", "–"),
    "OWN_SYSTEM_FAILED": Words("ប្រព័ន្ធផ្ទាល់ខ្លួនខូច", "Its own system failed"),
    "STAFF_ABSENT": Words("អ្នករៀបចំ ឬអ្នកអនុម័តអវត្តមាន", "Preparer or approver absent"),
    "DATA_FROM_OTHERS_LATE": Words("ទិន្នន័យពីអ្នកដទៃមកយឺត", "Data from others came late"),
    "FORCE_MAJEURE": Words("ប្រធានសក្តិ", "Force majeure"),
    "FIRST_RETURNS": Words("របាយការណ៍ដំបូងៗ", "First returns"),
}
FLOWS = {
    "opening": Words("ដើមខែ", "Opening"),
    "adjustments": Words("កែតម្រូវពីមុន", "Prior-period adjustments"),
    "received": Words("ទទួល", "Received"),
    "reopened": Words("បើកឡើងវិញ", "Reopened"),
    "closed": Words("បិទ", "Closed"),
    "withdrawn": Words("ដកវិញ", "Withdrawn"),
    "duplicate": Words("ស្ទួន", "Duplicate"),
    "transferred": Words("ផ្ទេរ", "Transferred"),
    "closing": Words("ចុងខែ", "Closing"),
}
EXCLUDED = {
    "duplicate": Words("ស្ទួន", "Duplicates"),
    "withdrawn": Words("ដកវិញ", "Withdrawn"),
    "not_our_service": Words("មិនមែនសេវារបស់ខ្លួន", "Not its service"),
    "refused_confirmed": Words("បដិសេធ បានបញ្ជាក់", "Refused, confirmed"),
    "transferred": Words("ផ្ទេរ", "Transferred"),
}
ALSO_COUNTED = {
    "notices": Words("ការជូនដំណឹង", "Notices"),
    "orders": Words("ដីកាបង្គាប់", "Orders"),
    "own_initiative": Words("ផ្តួចផ្តើមខ្លួនឯង", "Own initiative"),
    "reappearances": Words("លេចឡើងវិញ", "Reappearances"),
}
SENDERS = {
    "HOTLINE_NATIONAL": Words("ខ្សែបន្ទាន់ជាតិ", "National hotline"),
    "HOTLINE_INHOPE_PEER": Words("ខ្សែបន្ទាន់បរទេស (INHOPE)", "Hotline abroad (INHOPE)"),
    "POLICE": Words("នគរបាល", "Police"),
    "COURT": Words("តុលាការ", "Court"),
    "REGULATOR": Words("និយ័តករទូរគមនាគមន៍", "Telecommunication regulator"),
    "MINISTRY": Words("ក្រសួងទូរគមនាគមន៍", "Ministry for telecommunications"),
    "TRUSTED_FLAGGER": Words("អ្នករាយការណ៍ដែលទុកចិត្ត", "Trusted flagger"),
    "USER_REPORT": Words("របាយការណ៍ពីអ្នកប្រើ", "Report by a user"),
    "OWN_INITIATIVE": Words("ផ្តួចផ្តើមខ្លួនឯង", "Own initiative"),
    "AUTOMATED_FEED": Words("ប្រភពស្វ័យប្រវត្តិ", "Automated feed"),
}
REGISTERS = {
    "takedowns": Words("វិធានការលុប និងទប់ស្កាត់", "Takedown actions"),
    "blocklists": Words("បច្ចុប្បន្នភាពបញ្ជី", "List updates"),
    "training": Words("ការបណ្តុះបណ្តាល", "Training"),
    "roster": Words("បុគ្គលិកពាក់ព័ន្ធ", "Staff in scope"),
    "complaints": Words("បណ្តឹងតវ៉ា", "Complaints"),
    "declarations": Words("សេចក្តីប្រកាស", "Declarations"),
}
ANSWERS = {
    "YES": Words("មាន", "Yes"),
    "PARTLY": Words("មានខ្លះ", "Partly"),
    "NO": Words("មិនមាន", "No"),
    "NOT_APPLICABLE": Words("មិនពាក់ព័ន្ធ", "Not applicable"),
}
GLOSSARY = (
    Words("របាយការណ៍ប្រចាំខែ", "monthly return"),
    Words("សេចក្តីថ្លែងតួលេខ", "statement"),
    Words("លិខិតបញ្ជាក់", "attestation"),
    Words("កាតព្វកិច្ច", "obligation"),
    Words("សូចនាករ", "indicator"),
    Words("ការជូនដំណឹង", "notice"),
    Words("ដីកាបង្គាប់", "order"),
    Words("បញ្ជីទប់ស្កាត់", "blocklist"),
    Words("ការដកចេញពីបញ្ជី", "delisting"),
    Words("ការទប់ស្កាត់លើស", "over-blocking"),
    Words("ពេលបិទតួលេខ", "cut-off"),
    Words("ក្រុមខែ", "cohort"),
    Words("សញ្ញាសម្គាល់ទិន្នន័យ", "digest"),
    Words("កំណែគោលនយោបាយ", "policy version"),
)
_DEFINITIONS = (
    Words(
        "ក្រុមខែ៖ ករណីទទួលក្នុងខែ តាម{clock_km} រាប់តែម្តង នៅពេលបិទតួលេខ។",
        "Cohort: items received in the month on {clock_en}; scored once, at the cut-off.",
    ),
    Words(
        "រយៈពេលអនុវត្ត៖ ពីពេលទទួល ដល់ពេលអនុវត្ត ដកការផ្អាកដែលបានអនុញ្ញាត។",
        "Time to act: from receipt to action, less approved pauses.",
    ),
    Words(
        "ក្នុងកំណត់៖ ទាន់ពេល ចែកនឹង (ទាន់ពេល + យឺត + ហួសកំណត់មិនទាន់បិទ)។",
        "In limit: within / (within + late + open overdue). Items not yet due are carried forward.",
    ),
    Words(
        "មេដ្យាន និង p90៖ តាមលំដាប់ជិតបំផុត លើករណីបិទ។",
        "Median and p90: nearest rank over closed items; with open items each stands at its age.",
    ),
    Words(
        "ចុងខែ = ដើមខែ + កែតម្រូវ + ទទួល + បើកឡើងវិញ − បិទ − ដក − ស្ទួន − ផ្ទេរ។",
        "Closing = opening + adjustments + received + reopened - closed - withdrawn - duplicate"
        " - transferred.",
    ),
    Words(
        "ភាពយឺតនៃបញ្ជី៖ ពីពេលបោះពុម្ព ដល់ពេលអនុវត្តគ្រប់ចំណុច។",
        "List lag: from publication until live at every point; the next satisfies one skipped.",
    ),
    Words(
        "វិសាលភាព៖ អតិថិជនដែលបានការពារ ចែកនឹងអតិថិជនទាំងអស់។",
        "Coverage: subscribers covered / in scope. Currency: share of the month no list was stale.",
    ),
    Words(
        "បុគ្គលិកបានបណ្តុះបណ្តាល៖ មានមេរៀនចាំបាច់ទាំងអស់ដែលនៅមានសុពលភាព។",
        "Staff covered: hold every required module, still valid at month end.",
    ),
    Words(
        "ការបង្គត់៖ ប្រៀបធៀបមុនបង្គត់; មិនលើស ៩៩.៩ ពេលមានការខកខាន។",
        "Compared unrounded; shown to one decimal, at most 99.9 while a breach exists;"
        " fewer than 20 items as x of n.",
    ),
)


def definitions(clock_en: str, clock_km: str) -> tuple[Words, ...]:
    """What the figures mean, with the name of the clocks that bound the month."""
    clock = {"clock_en": clock_en, "clock_km": clock_km}
    return tuple(Words(*(text.format_map(clock) for text in one)) for one in _DEFINITIONS)


def words_for(table: dict[str, Words], code: str) -> Words:
    """The words of a code; a code that a later policy pack brings is shown as it stands."""
    plain = code.replace("_", " ").replace("-", " ").capitalize()
    return table.get(code, Words(plain, plain))

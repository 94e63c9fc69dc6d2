"""How the papers define their figures, and their glossary, in Khmer and English.

The Khmer is a draft that a native reviewer has to confirm before official use.
"""

from __future__ import annotations

from portal.certificates.words import Words

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
    Words("មូលដ្ឋាន", "basis"),
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
        "ក្នុងកំណត់៖ ទាន់ពេល ចែកនឹង (ទាន់ពេល + យឺត + ហួសកំណត់មិនទាន់បិទ)។ ករណីមិនទាន់ផុតកំណត់ ផ្ទេរទៅខែក្រោយ។",
        "In limit: within / (within + late + open overdue). Items not yet due are carried forward.",
    ),
    Words(
        "មេដ្យាន និង p90៖ តាមលំដាប់ជិតបំផុត លើករណីបិទ; ជាមួយករណីមិនទាន់បិទ គិតតាមអាយុនីមួយៗ។",
        "Median and p90: nearest rank over closed items; with open items each stands at its age.",
    ),
    Words(
        "ចុងខែ = ដើមខែ + កែតម្រូវ + ទទួល + មកពីអ្នកមុន + បើកឡើងវិញ − បិទ − ដក − ស្ទួន − ផ្ទេរ។",
        "Closing = opening + adjustments + received + from a predecessor + reopened - closed"
        " - withdrawn - duplicate - transferred.",
    ),
    Words(
        "ភាពយឺតនៃបញ្ជី៖ ពីពេលចេញផ្សាយ ដល់ពេលអនុវត្តគ្រប់ចំណុច; ការចេញផ្សាយបន្ទាប់ជំនួសអ្វីដែលរំលង។",
        "List lag: from publication until live at every point; the next satisfies one skipped.",
    ),
    Words(
        "វិសាលភាព៖ អតិថិជនដែលបានការពារ ចែកនឹងអតិថិជនទាំងអស់; ក្នុងឧបសម្ព័ន្ធ A បញ្ជីដែលទាបជាងគេ។"
        " ភាពទាន់សម័យ៖ ភាគនៃខែដែលគ្មានបញ្ជីហួសសម័យ។",
        "Coverage: subscribers covered / in scope; in annex A of the list with the least."
        " Currency: share of the month in which no list was stale.",
    ),
    Words(
        "បុគ្គលិកបានបណ្តុះបណ្តាល៖ មានមេរៀនចាំបាច់ទាំងអស់ដែលនៅមានសុពលភាពនៅចុងខែ។ ក្រុមតូចៗរាប់រួមគ្នា។",
        "Staff covered: hold every required module, still valid at month end."
        " Small groups are counted together.",
    ),
    Words(
        "ប្រៀបធៀបមុនបង្គត់; បង្ហាញមួយខ្ទង់ក្រោយក្បៀស មិនលើស ៩៩.៩ ពេលមានការខកខាន; តិចជាង ២០ ករណី បង្ហាញជាចំនួន។",
        "Compared unrounded; shown to one decimal, at most 99.9 while a breach exists;"
        " fewer than 20 items as x of n.",
    ),
)


def definitions(clock_en: str, clock_km: str) -> tuple[Words, ...]:
    """What the figures mean, with the name of the clocks that bound the month."""
    clock = {"clock_en": clock_en, "clock_km": clock_km}
    return tuple(Words(*(text.format_map(clock) for text in one)) for one in _DEFINITIONS)

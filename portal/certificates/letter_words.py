"""The words of receipts, of letters about decisions, and of drafts, in Khmer and English.

The Khmer is a draft that a native reviewer has to confirm before official use.
"""

from __future__ import annotations

from portal.certificates.words import Words

RECEIPT = Words("បង្កាន់ដៃទទួលរបាយការណ៍ប្រចាំខែ", "Receipt of a Monthly Return")
RECEIVED = Words(
    "ប្រព័ន្ធបានទទួលរបាយការណ៍ប្រចាំខែខាងក្រោម ពីអ្នកផ្តល់សេវាខាងលើ។"
    " បង្កាន់ដៃនេះបញ្ជាក់តែអ្វីដែលបានដាក់ និងពេលដែលបានដាក់ប៉ុណ្ណោះ"
    " មិនមែនថារបាយការណ៍ត្រូវបានទទួលយកទេ។",
    "The monthly return below was received from the provider named above. This receipt"
    " attests what was filed, and when; it does not say that the return is accepted.",
)
FACTS = {
    "period": Words("រយៈពេល", "Period"),
    "receipt": Words("បង្កាន់ដៃ", "Receipt"),
    "version": Words("កំណែ", "Version"),
    "reason": Words("មូលហេតុនៃកំណែនេះ", "Why this version"),
    "registration": Words("លេខចុះបញ្ជី", "Registration no."),
    "licences": Words("អាជ្ញាប័ណ្ណ", "Licences"),
    "filed": Words("ដាក់នៅ", "Filed"),
    "due": Words("ថ្ងៃផុតកំណត់", "Due"),
    "timely": Words("ភាពទាន់ពេល", "In time"),
    "cut_off": Words("តួលេខគិតត្រឹម", "Figures as of"),
    "people": Words("ដោយ", "By"),
    "digest": Words("សញ្ញាសម្គាល់ទិន្នន័យ", "Digest, SHA-256"),
    "decided": Words("សម្រេចនៅ", "Decided"),
    "correct_by": Words("កែតម្រូវត្រឹម", "To be corrected by"),
    "appeal_until": Words("អាចប្តឹងតវ៉ាត្រឹម", "Appeal until"),
    "about": Words("អំពី", "About"),
    "obligations": Words("កាតព្វកិច្ច", "Obligations"),
    "ground": Words("មូលហេតុ", "Reason"),
    "reply_until": Words("ឆ្លើយបានរហូតដល់", "Reply until"),
}
IN_TIME = Words("ទាន់ពេល", "in time", "✔")
LATE = Words("យឺត {days} ថ្ងៃ", "late, {days} d", "✖")
PRACTICE = Words("ខែសាកល្បង៖ គ្មានអ្វីយឺត", "month of practice: nothing is late", "○")
TWO_PEOPLE = Words(
    "អ្នកផ្តល់សេវា រៀបចំ និងអនុម័តដោយបុគ្គលពីរនាក់", "the provider, prepared and approved by two people"
)
ONE_PERSON = Words(
    "អ្នកផ្តល់សេវា ដោយបុគ្គលម្នាក់ ក្រោមការអនុញ្ញាតពិសេស",
    "the provider, by one person, under a waiver of the authority",
)
VERSION_REASONS = {
    "LATE_ENTRY": Words("កំណត់ត្រាចូលយឺត", "Entries came in late"),
    "CORRECTION": Words("ការកែតម្រូវ", "A correction"),
    "RETURNED_BY_AUTHORITY": Words("បញ្ជូនត្រឡប់ដោយអាជ្ញាធរ", "Sent back by the authority"),
    "CONFIRMED_AS_FILED": Words("បញ្ជាក់តាមដែលបានដាក់", "Confirmed as it was filed"),
    "RECALLED": Words("ដកមកវិញ", "Recalled"),
}
RECALLED = Words(
    "កំណែនេះត្រូវបានអ្នកផ្តល់សេវាដកមកវិញ ហើយលែងមានសុពលភាព",
    "Recalled by the provider: this version does not stand",
)

ACCEPTANCE = Words("លិខិតទទួលយករបាយការណ៍ប្រចាំខែ", "Acceptance of a Monthly Return")
DECISIONS = {
    "ACCEPT": ACCEPTANCE,
    "ACCEPT_WITH_OBSERVATIONS": ACCEPTANCE,
    "RETURN_FOR_CORRECTION": Words("លិខិតបញ្ជូនត្រឡប់ឱ្យកែតម្រូវ", "Return for Correction"),
    "REJECT_VOID": Words("លិខិតប្រកាសមោឃភាព", "Declaration that a Return is Void"),
}
OUTCOMES = {
    "ACCEPT": Words("បានទទួលយក", "Accepted", "✔"),
    "ACCEPT_WITH_OBSERVATIONS": Words("បានទទួលយក ដោយមានកំណត់សង្កេត", "Accepted with observations", "▲"),
    "RETURN_FOR_CORRECTION": Words("បានបញ្ជូនត្រឡប់ឱ្យកែតម្រូវ", "Sent back for correction", "▲"),
    "REJECT_VOID": Words("ត្រូវបានប្រកាសជាមោឃៈ", "Declared void", "✖"),
}
LOOKS = {
    "ACCEPT": "met",
    "ACCEPT_WITH_OBSERVATIONS": "met-with-observation",
    "RETURN_FOR_CORRECTION": "met-with-observation",
    "REJECT_VOID": "not-met",
}
DECIDED = {
    "ACCEPT": Words(
        "អាជ្ញាធរបានទទួលយករបាយការណ៍ប្រចាំខែខាងក្រោម។",
        "The authority has accepted the monthly return below.",
    ),
    "ACCEPT_WITH_OBSERVATIONS": Words(
        "អាជ្ញាធរបានទទួលយករបាយការណ៍ប្រចាំខែខាងក្រោម ដោយមានកំណត់សង្កេតដូចបានសរសេរនៅខាងក្រោម។",
        "The authority has accepted the monthly return below, with the observations that follow.",
    ),
    "RETURN_FOR_CORRECTION": Words(
        "អាជ្ញាធរបញ្ជូនរបាយការណ៍ប្រចាំខែខាងក្រោមត្រឡប់វិញ។"
        " សូមកែតម្រូវតាមមូលហេតុខាងក្រោម ហើយដាក់កំណែថ្មីត្រឹមថ្ងៃដែលបានកំណត់។",
        "The authority sends the monthly return below back. Please correct it for the"
        " reasons that follow and file a new version by the day stated.",
    ),
    "REJECT_VOID": Words(
        "អាជ្ញាធរប្រកាសថា របាយការណ៍ប្រចាំខែខាងក្រោមជាមោឃៈ។ វារាប់ថាមិនបានដាក់ទេ; សូមដាក់របាយការណ៍ជាថ្មី។",
        "The authority declares the monthly return below void. It counts as not filed;"
        " please file it anew.",
    ),
}
CLOSED = Words(
    "សេចក្តីសម្រេចនេះត្រូវបានលើកចោលតាមបណ្តឹងតវ៉ា ហើយលែងមានសុពលភាព",
    "Set aside on appeal: this decision does not stand any more",
)
EXCUSED = Words(
    "មូលហេតុនៃករណីយឺតតែមួយត្រូវបានទទួលយក សម្រាប់៖ {codes}។",
    "The reason of the one late item was accepted for: {codes}.",
)
SET_ASIDE = Words("លទ្ធផលដែលត្រូវលើកចោលតាមបណ្តឹងតវ៉ា៖ {codes}។", "Findings set aside on appeal: {codes}.")

DRAFT = Words("សេចក្តីព្រាងនៃសេចក្តីសម្រេច", "Draft of a Decision")
NOT_DECIDED = Words("សេចក្តីព្រាង៖ មិនទាន់បានសម្រេចទេ", "Draft: nothing is decided")
INTENDED = {
    "FINDING": Words("លទ្ធផលមិនបានបំពេញ", "A finding that core obligations are not met", "▲"),
    "VOID": Words("ប្រកាសរបាយការណ៍ជាមោឃៈ", "To declare the filing void", "▲"),
    "REVOCATION": Words("ដកហូតវិញ្ញាបនបត្រ", "To revoke the certificate", "▲"),
}
REVOKING = {
    "FALSE_STATEMENT": Words("មានសេចក្តីថ្លែងមិនពិត", "A statement was false"),
    "ISSUED_IN_ERROR": Words("បានចេញដោយច្រឡំ", "Issued in error"),
    "COURT_OR_AUTHORITY": Words("សេចក្តីសម្រេចរបស់តុលាការ ឬអាជ្ញាធរ", "Decision of a court or authority"),
}
MAY_REPLY = Words(
    "អាជ្ញាធរមានបំណងសម្រេចដូចខាងក្រោម។ អ្នកផ្តល់សេវាអាចឆ្លើយតបជាលាយលក្ខណ៍អក្សរ"
    " មុនថ្ងៃដែលបានកំណត់។ ចម្លើយនឹងត្រូវបោះពុម្ពក្នុងរបាយការណ៍អនុលោមភាព។",
    "The authority intends what follows. The provider may reply in writing until the day stated."
    " Its reply will be printed in the compliance report.",
)


def filled(words: Words, **values: object) -> Words:
    """The words with values in their places, in both languages alike."""
    return Words(words.km.format(**values), words.en.format(**values), words.sign)

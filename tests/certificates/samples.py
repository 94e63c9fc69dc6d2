"""Two frozen documents of an invented provider, complete and large enough to fill a page."""

from __future__ import annotations

from typing import Any

from portal.canonical import canonical, sha256
from portal.certificates.aside import Aside
from portal.certificates.thresholds import thresholds_of
from portal.entries.entry import commitment
from portal.notices.codes import SourceType
from portal.policy.document import Policy
from portal.policy.pack import read_pack, shipped_pack
from portal.returns.clockwork import MONTHS_NAMED
from portal.returns.indicators import share
from tests.returns.test_statement_size import CLOCKS, MANY, largest

PACK = read_pack(shipped_pack("kh"))
POLICY: Policy = next(one for one in PACK.policies.values() if one.version == "2026.1")
URL = "https://portal.example/verify/KH-SP5-2026-000045-2"

OBLIGATIONS = (
    (
        "SP5-01",
        "24x7 contact point and deputy",
        "ចំណុចទំនាក់ទំនង ២៤ ម៉ោង និងអ្នកជំនួស",
        True,
        "MET",
        "DECLARED",
    ),
    ("SP5-02", "Acknowledge notices", "ទទួលស្គាល់ការជូនដំណឹង", True, "MET", "COMPUTED"),
    (
        "SP5-03",
        "Remove or disable hosted CSAM",
        "លុប ឬបិទ CSAM ដែលបានបង្ហោះ",
        True,
        "MET_WITH_OBSERVATION",
        "COUNTERPARTY",
    ),
    (
        "SP5-04",
        "Block and forward where not the host",
        "ទប់ស្កាត់ និងបញ្ជូនបន្ត ពេលមិនមែនជាអ្នកបង្ហោះ",
        True,
        "MET",
        "COMPUTED",
    ),
    (
        "SP5-05",
        "Report to the competent authority",
        "រាយការណ៍ទៅអាជ្ញាធរមានសមត្ថកិច្ច",
        True,
        "MET",
        "COMPUTED",
    ),
    ("SP5-06", "Preserve evidence", "រក្សាភស្តុតាង", False, "NOT_ASSESSED", "DECLARED"),
    (
        "SP5-07",
        "Apply each list update, delistings too",
        "អនុវត្តបច្ចុប្បន្នភាពបញ្ជី រួមទាំងការដកចេញ",
        True,
        "MET",
        "COMPUTED",
    ),
    (
        "SP5-08",
        "Block everywhere the ISP serves",
        "ទប់ស្កាត់គ្រប់ទីកន្លែងដែលផ្តល់សេវា",
        True,
        "MET",
        "COMPUTED",
    ),
    (
        "SP5-09",
        "Test the block with harmless entries",
        "សាកល្បងការទប់ស្កាត់ដោយធាតុគ្មានគ្រោះថ្នាក់",
        False,
        "MET",
        "SAMPLED",
    ),
    ("SP5-10", "Show a stop page", "បង្ហាញទំព័របញ្ឈប់", False, "MET", "DECLARED"),
    (
        "SP5-11",
        "Handle over-blocking complaints",
        "ដោះស្រាយបណ្តឹងអំពីការទប់ស្កាត់លើស",
        False,
        "NOT_APPLICABLE",
        "COMPUTED",
    ),
    ("SP5-12", "Train relevant staff", "បណ្តុះបណ្តាលបុគ្គលិកពាក់ព័ន្ធ", False, "NOT_MET", "SAMPLED"),
    (
        "SP5-13",
        "Wellness programme for exposed staff",
        "កម្មវិធីសុខុមាលភាពបុគ្គលិក",
        False,
        "MET",
        "DECLARED",
    ),
    (
        "SP5-14",
        "A reporting route for customers",
        "មធ្យោបាយរាយការណ៍សម្រាប់អតិថិជន",
        False,
        "MET",
        "DECLARED",
    ),
    ("SP5-15", "File a monthly return", "ដាក់របាយការណ៍ប្រចាំខែ", True, "MET", "COMPUTED"),
    ("SP5-16", "Keep records", "រក្សាទុកកំណត់ត្រា", False, "MET", "DECLARED"),
)

SUBJECT: dict[str, Any] = {
    "isp": 7,
    "name_en": "Mekong Fibre Net Co., Ltd. (fictional)",
    "name_km": "ក្រុមហ៊ុន មេគង្គ ហ្វាយប័រ ណេត ឯ.ក (ប្រឌិត)",
    "registration_no": "00099901",
    "licences": [
        {"number": "ISP-0042/2021", "kind": "FIXED_ISP"},
        {"number": "VAS-0107/2023", "kind": "HOSTING"},
    ],
}
_REGISTERS = {
    "takedowns": {"entries": 41, "lines": 197, "nil": False},
    "blocklists": {"entries": 118, "lines": 240, "nil": False},
    "training": {"entries": 63, "lines": 63, "nil": False},
    "roster": {"entries": 24, "lines": 24, "nil": False},
    "complaints": {"entries": 0, "lines": 0, "nil": True},
    "declarations": {"entries": 6, "lines": 6, "nil": False},
}


def _results(titles: bool) -> list[dict[str, Any]]:
    rows = []
    for code, title_en, title_km, core, result, basis in OBLIGATIONS:
        row: dict[str, Any] = {"code": code, "result": result, "basis": basis, "reason": None}
        if result == "NOT_ASSESSED":
            row |= {"basis": None if titles else "COMPUTED", "reason": "NO_WRITTEN_COVER"}
        named = {"title_en": title_en, "title_km": title_km, "core": core}
        named["thresholds"] = thresholds_of(POLICY.obligation(code), [POLICY])
        rows.append(row | (named if titles else {"excusable": False}))
    return rows


def _indicator(code: str, numerator: int, denominator: int, **more: Any) -> dict[str, Any]:
    base = {
        "code": code, "obligation": code[:6] if "." in code else None, "cohort": "2026-10",
        "numerator": numerator, "denominator": denominator, "n": denominator,
        "tenths": share(numerator, denominator),
        "late": denominator - numerator, "open_overdue": 0, "open_not_due": 0,
        "urgent_numerator": 0, "urgent_denominator": 0, "explained": 0, "already_gone": 0,
        "median_s": None, "p90_s": None, "p90_with_open_s": None, "p90_with_open_is_open": False,
        "limit_s": 86400, "minimum_tenths": 950, "estimated": 0, "policy": "2026.1",
        "basis": "COMPUTED",
    }  # fmt: skip
    return base | more


_INDICATORS = [
    _indicator("SP5-02.acknowledge", 34, 35, limit_s=14400, median_s=2460, p90_s=9000),
    _indicator(
        "SP5-03.act", 20, 21, limit_s=172800, median_s=19440, p90_s=68400, estimated=1,
        p90_with_open_s=70200, p90_with_open_is_open=True, open_not_due=2, explained=1,
    ),
    _indicator("SP5-04.block_forward", 14, 14, median_s=7200, p90_s=50400, open_not_due=1),
    _indicator("SP5-05.report", 34, 34, median_s=10800, p90_s=61200, minimum_tenths=980),
    _indicator("SP5-07.add", 58, 60, median_s=5400, p90_s=46800),
    _indicator("SP5-07.delist", 57, 58, median_s=5100, p90_s=39600),
    _indicator("SP5-07.emergency", 0, 0, limit_s=7200),
    _indicator("SP5-11.decide", 0, 0, limit_s=1209600),
    _indicator("SP5-12.induction", 3, 3, limit_s=2592000, n=0, minimum_tenths=900),
    _indicator("own_initiative", 6, 7, median_s=3600, minimum_tenths=None),
]  # fmt: skip


def _list(code: str, issues: int, applied: int, currency: int) -> dict[str, Any]:
    return {
        "list": code, "issues": issues, "applied": applied, "open": issues - applied,
        "points_in_scope": 6, "points_live": 6, "subscribers_in_scope": 184009,
        "subscribers_covered": 183420, "entries_total": 5200, "exceptions": 4, "tests_passed": 1,
        "tests_run": 1, "hits_blocked": 0, "owed_s": 2678400, "current_s": 2678 * currency,
        "coverage_tenths": 997, "points_tenths": 1000, "accepted_tenths": 999,
        "currency_tenths": currency,
    }  # fmt: skip


def _declaration(obligation: str, since: str, deputies: int | None = None) -> dict[str, Any]:
    return {
        "obligation": obligation, "answer": "YES", "since": since, "checked_on": "2026-10-14",
        "deputies": deputies,
    }  # fmt: skip


def a_sample_statement(**changes: Any) -> dict[str, Any]:
    """A month with notices, list updates, training and one late item."""
    span = {"from_on": "2021-03-01", "until_on": None}
    subject = SUBJECT | {
        "size": "STANDARD", "licences": [held | span for held in SUBJECT["licences"]]
    }  # fmt: skip
    statement: dict[str, Any] = {
        "schema": "statement/1", "method": "indicators/1", "isp": 7, "subject": subject,
        "period": "2026-10", "kind": "NORMAL", "version": 1, "amends": None, "reason": None,
        "seq": 412, "system_seq": 39, "opening_filing": "R-2026-09-0007",
        "cut_off_at": "2026-11-09T08:12:30Z", "due_at": "2026-11-10T16:59:59Z",
        "policy": [{"version": "2026.1", "digest": "5b" * 32, "effective_from": "2026-01-01"}],
        "registers": {
            name: facts | {"digest": sha256(name.encode()).hex()}
            for name, facts in _REGISTERS.items()
        },
        "roll_forward": {
            "opening": 3, "adjustments": 0, "received": 41, "reopened": 1, "closed": 38,
            "withdrawn": 1, "duplicate": 2, "transferred": 0, "closing": 4,
        },
        "excluded": {
            "duplicate": 2, "withdrawn": 1, "not_our_service": 3, "refused_confirmed": 0,
            "transferred": 0, "own_initiative": 7, "orders": 4, "reappearances": 0, "notices": 22,
        },
        "senders": [
            {"source_type": "HOTLINE_NATIONAL", "items": 30, "notices": 16},
            {"source_type": "OWN_INITIATIVE", "items": 7, "notices": 3},
            {"source_type": "POLICE", "items": 4, "notices": 3},
        ],
        "counterparty": {
            "items": 39, "sent": 31, "withdrawn": 1, "confirmed_gone": 27,
            "refusals_confirmed": 0, "found_still_up": 2, "sent_not_logged": 3,
            "logged_not_known": 1, "lines": 64, "digest": "9d" * 32,
        },
        "indicators": _INDICATORS,
        "carried_forward": [
            {"cohort": "2026-10", "band": "0-24h", "count": 2},
            {"cohort": "2026-10", "band": "1-3d", "count": 1},
        ],
        "pauses": 1, "pauses_approved_afterwards": 1, "entered_after_limit": 2,
        "longest_entry_delay_s": 93600,
        "lists": [
            _list("INTERPOL_IWOL", 31, 31, 1000), _list("IWF_URL", 62, 61, 989),
            _list("TRC_ORDER_CSAM", 25, 25, 994),
        ],
        "staff": [
            {"role_group": "CUSTOMER_CARE", "in_scope": 11, "covered": 8, "in_induction": 2},
            {"role_group": "DESIGNATED_HANDLER", "in_scope": 5, "covered": 5, "in_induction": 0},
            {"role_group": "NOC_DNS", "in_scope": 8, "covered": 6, "in_induction": 1},
        ],
        "sessions": {
            "sessions": 6, "completions": 63, "person_minutes": 5670, "shared_completions": 21,
        },
        "declarations": [
            _declaration("SP5-01", "2026-01-05", 1), _declaration("SP5-10", "2026-02-01"),
            _declaration("SP5-13", "2026-03-01"),
        ],
        "results": _results(titles=False),
    }  # fmt: skip
    return statement | changes


def a_sample_attestation(**changes: Any) -> dict[str, Any]:
    """A certificate of that month, issued by an invented authority, from a demo database."""
    attestation: dict[str, Any] = {
        "schema": "attestation/1", "number": "KH-SP5-2026-000045-2", "kind": "CERTIFICATE",
        "issued_at": "2026-11-20T03:00:00Z",
        "period": "2026-10", "period_from": "2026-10-01", "period_to": "2026-10-31",
        "subject": SUBJECT,
        "framework": {
            "code": "NAP-OCSE",
            "title_en": "National Action Plan to Prevent and Respond to Online Child Sexual "
            "Exploitation",
            "title_km": "ផែនការសកម្មភាពជាតិទប់ស្កាត់ និងឆ្លើយតបការកេងប្រវ័ញ្ចផ្លូវភេទកុមារតាមប្រព័ន្ធអនឡាញ",
            "priority_en": "Strategic Priority 5",
            "priority_km": "អាទិភាពយុទ្ធសាស្ត្រទី៥",
            "valid_from": "2026-01-01", "valid_to": "2030-12-31",
        },
        "policy": [{
            "version": "2026.1", "digest": "5b" * 32,
            "instrument": "Instruction No. 000/26 (fictional)", "adopted_on": "2025-12-15",
            "effective_from": "2026-01-01", "signatory": "Sok Dara (fictional)",
        }],
        "filing": {
            "receipt": "R-2026-10-0007", "version": 1, "filed_at": "2026-11-09T08:12:30Z",
            "cut_off_at": "2026-11-09T08:12:30Z", "due_at": "2026-11-10T16:59:59Z",
            "days_late": 0, "statement_digest": sha256(canonical(a_sample_statement())).hex(),
            "amends": None, "waiver": None,
        },
        "decision": {"outcome": "ACCEPT_WITH_OBSERVATIONS", "decided_at": "2026-11-18T02:30:00Z"},
        "results": _results(titles=True),
        "observations": [{"code": "SP5-03"}, {"code": "SP5-12"}],
        "issuer": {
            "body_en": "Digital Safety Authority (fictional)",
            "body_km": "អាជ្ញាធរសុវត្ថិភាពឌីជីថល (ប្រឌិត)",
            "name_en": "Chan Sophea", "name_km": "ចាន់ សុភា",
            "title_en": "Director of Compliance", "title_km": "ប្រធាននាយកដ្ឋានអនុលោមភាព",
        },
        "supersedes": None, "demo": True, "draft": False,
        "checkpoint": {"size": 182500, "root": "3f9a" * 16, "at": "2026-11-20T00:05:00Z"},
    }  # fmt: skip
    return attestation | changes


def a_policy_of_another_country() -> Policy:
    """The same duties elsewhere: other heading, other clocks, other numbers."""
    papers = POLICY.papers.model_copy(
        update={
            "series": "XY", "signed_at": "Harbour", "state_en": "REPUBLIC OF XY",
            "state_km": "សាធារណរដ្ឋ", "motto_en": "SEA AND SKY", "motto_km": "សមុទ្រ មេឃ",
            "clock_en": "Harbour time", "clock_km": "ម៉ោងកំពង់ផែ",
        }
    )  # fmt: skip
    return POLICY.model_copy(update={"papers": papers, "zone": "Asia/Kathmandu"})


def frozen(document: dict[str, Any]) -> bytes:
    """The RFC 8785 bytes of a sample."""
    return canonical(document)


def the_largest_month() -> dict[str, Any]:
    """Everything that a statement can say, in numbers as long as they can be (design §2.5)."""
    month = largest()
    codes = {c.split(".")[1]: c for o in POLICY.obligations for c in o.indicators}
    rows = len(month["indicators"]) // len(CLOCKS)
    for place, row in enumerate(month["indicators"]):
        clock, cohort = row["code"].split(".")[1], place % rows
        row["code"] = codes.get(clock, clock)
        row["cohort"] = month["period"] if cohort > MONTHS_NAMED else f"2026-0{cohort + 1}"
    month["carried_forward"] = [
        row | {"cohort": f"2026-0{1 + place % (MONTHS_NAMED + 1)}"}
        for place, row in enumerate(month["carried_forward"])
    ]
    month["senders"] = [
        {"source_type": str(sender), "items": MANY, "notices": MANY} for sender in SourceType
    ]
    return month


def the_longest_attestation() -> dict[str, Any]:
    """Long names, many licences, two policies, and something observed everywhere."""
    later = next(one for one in PACK.policies.values() if one.version == "2026.2")
    results = _results(titles=True)
    for row in results:
        named = POLICY.obligation(row["code"])
        row |= {"title_en": named.title_en, "title_km": named.title_km}
        row |= {"result": "NOT_MET", "reason": "not-reconfirmed", "basis": "COUNTERPARTY"}
        row["thresholds"] = thresholds_of(named, [POLICY, later])
    long = {
        "name_km": "ក្រុមហ៊ុន មេគង្គ ហ្វាយប័រ ណេត អន្តរជាតិ វិនិយោគ និងអភិវឌ្ឍន៍ទូរគមនាគមន៍ ឯ.ក " * 2,
        "name_en": "Mekong Fibre Net International Investment and Telecommunications Development "
        "Company Limited, Cambodia Branch (fictional)",
        "licences": [{"number": f"ISP-{at:04d}/2021", "kind": "FIXED_ISP"} for at in range(6)],
    }
    return a_sample_attestation(
        kind="FINDINGS", draft=True, supersedes="KH-SP5-2026-000012-3", subject=SUBJECT | long,
        results=results, observations=[{"code": ""}, *({"code": row[0]} for row in OBLIGATIONS)],
    )  # fmt: skip


def a_hearing(text: str = "The mail server was down for two days. We have put it right.") -> Aside:
    """What was said before a finding, as the report is told it."""
    draft = "Two core obligations are below their minimum. Please say what happened."
    return Aside(draft=draft, reply=text, salt=bytes(range(16)))


def heard(aside: Aside, **changes: Any) -> dict[str, Any]:
    """A statement of findings on which the provider was heard, and appealed."""
    committed = commitment(aside.salt, aside.reply) if aside.salt and aside.reply else None
    hearing = {
        "draft": "D-0007-1",
        "drafted_at": "2026-11-12T03:00:00Z",
        "reply_until": "2026-12-01T16:59:59Z",
        "replied_at": "2026-11-16T03:00:00Z",
        "reply": committed,
    }
    appeal = {
        "number": "A-0007-1",
        "against": "FINDING",
        "made_at": "2026-12-14T03:00:00Z",
        "outcome": "UPHELD",
        "decided_at": "2027-01-08T03:00:00Z",
    }
    about = {"kind": "FINDINGS", "hearing": hearing, "appeals": [appeal]}
    return a_sample_attestation(**(about | changes))

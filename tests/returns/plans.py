"""Months that Hypothesis thinks up: what an office records, in which order, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from portal.errors import Refusal
from portal.registers.codes import Progress
from portal.registers.folds import items
from tests.returns.clock import local, said
from tests.returns.office import Office

FIRST, LAST = local("2026-09-26 00:00"), local("2026-12-02 00:00")
_SPAN = int((LAST - FIRST).total_seconds()) // 60
_EDGES = [
    local(text)
    for text in (
        "2026-10-01 00:00", "2026-10-31 18:00", "2026-10-31 23:50", "2026-10-31 23:59",
        "2026-11-01 00:00", "2026-11-01 03:00", "2026-11-14 23:59", "2026-11-15 00:00",
        "2026-11-30 23:59", "2026-12-01 00:00",
    )
]  # fmt: skip
_AFTER = [0, 1, 59, 60, 61, 24 * 60, 24 * 60 + 1, 48 * 60, 48 * 60 + 1]

instants = st.one_of(
    st.sampled_from(_EDGES), st.integers(0, _SPAN).map(lambda m: FIRST + timedelta(minutes=m))
)
later = st.one_of(st.sampled_from(_AFTER), st.integers(-4, 6 * 24 * 60), st.integers(-4, 40_000))


@dataclass(frozen=True)
class Deed:
    """One thing that the office does; what the rules refuse is simply not done."""

    what: str
    on: int
    when: datetime
    after: tuple[int, ...]
    more: dict[str, Any]

    def do(self, office: Office) -> str:
        """Do it; gives what came of it."""
        try:
            with office.session.begin_nested():
                _DEEDS[self.what](office, self)
        except Refusal as no:
            return no.code
        return "done"


def _item(office: Office, deed: Deed) -> None:
    office.logs(issued_at=said(deed.when), received_at=said(deed.when), **deed.more)


def _some_item(office: Office, deed: Deed) -> int:
    keys = office.items()
    return keys[deed.on % len(keys)] if keys else 0


def _step(office: Office, deed: Deed) -> None:
    key = _some_item(office, deed)
    more = dict(deed.more)
    kind = more.pop("kind")
    at = _received(office, key) + timedelta(minutes=deed.after[0])
    if "lasts" in more:
        lasts = more.pop("lasts")
        more["until_at"] = said(at + timedelta(minutes=lasts)) if lasts is not None else None
    office.moves(key, kind, said(at), **more)


def _take_back(office: Office, deed: Deed) -> None:
    """Something is blocked, its order taken back, and perhaps the block lifted."""
    key = _some_item(office, deed)
    hours = sorted(abs(minutes) for minutes in deed.after)
    blocked, withdrawn, lifted = (_received(office, key) + timedelta(minutes=m) for m in hours)
    office.moves(key, Progress.ACTIONED, said(blocked), action=deed.more["action"])
    office.moves(key, Progress.WITHDRAWN, said(withdrawn), reference="N-1")
    if deed.more["lifts"]:
        office.moves(key, Progress.REINSTATED, said(lifted))


def _received(office: Office, key: int) -> datetime:

    found = office.session.scalar(items(office.isp.id, None, [key]))
    return found.received_at if found else FIRST


def _retract(office: Office, deed: Deed) -> None:
    key = _some_item(office, deed)
    office.retracts(key, 1 + deed.after[0] % max(1, office.last_no(key)))


def _approve(office: Office, deed: Deed) -> None:
    key = _some_item(office, deed)
    for no in range(office.last_no(key), 0, -1):
        office.approves_pause(key, no)
        return


def _void(office: Office, deed: Deed) -> None:
    office.voids(_some_item(office, deed))


def _correct(office: Office, deed: Deed) -> None:
    office.corrects(_some_item(office, deed), **deed.more)


def _issue(office: Office, deed: Deed) -> None:
    fetched = deed.when + timedelta(minutes=10)
    applied = deed.more["applied"]
    tested = deed.more["tested"]
    office.logs(
        "blocklists",
        list_code=deed.more["name"],
        update_kind=deed.more["kind"],
        added=0,
        removed=deed.more["removed"],
        malformed=deed.on,
        published_at=said(deed.when),
        fetched_at=said(fetched),
        applied_at=None if applied is None else said(fetched + timedelta(minutes=applied)),
        points_live=6 if applied is not None else 5,
        subscribers_covered=40_000 - deed.on,
        test_result="NOT_RUN" if tested is None else tested,
        tested_at=None if tested is None else said(fetched + timedelta(hours=3)),
    )


def _complaint(office: Office, deed: Deed) -> None:
    told, decided, restored = (deed.when + timedelta(minutes=abs(m)) for m in deed.after)
    shown: dict[str, Any] = {"acknowledged_at": said(told)}
    if deed.more["outcome"]:
        shown |= {"decided_at": said(decided), "outcome": deed.more["outcome"]}
    if deed.more["outcome"] == "UPHELD" and deed.more["restores"]:
        shown["restored_at"] = said(max(decided, decided + (restored - deed.when)))
    office.logs("complaints", received_at=said(deed.when), **shown)


def _person(office: Office, deed: Deed) -> None:
    office.logs("roster", **deed.more)


def _course(office: Office, deed: Deed) -> None:
    office.logs("training", **deed.more)


_DEEDS: dict[str, Callable[[Office, Deed], None]] = {
    "item": _item,
    "step": _step,
    "take_back": _take_back,
    "retract": _retract,
    "approve": _approve,
    "void": _void,
    "correct": _correct,
    "issue": _issue,
    "complaint": _complaint,
    "person": _person,
    "course": _course,
}


def _deeds(what: str, more: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Deed]:
    three = st.tuples(later, later, later)
    return st.builds(Deed, st.just(what), st.integers(0, 7), instants, three, more)


_SOURCES = st.sampled_from(
    [
        {"source_type": "HOTLINE_NATIONAL", "source_ref": f"IHC-{no}", "instrument": "NOTICE"}
        for no in (1, 2, 3)
    ]
    + [
        {"source_type": "USER_REPORT", "source_ref": None, "instrument": "NOTICE"},
        {"source_type": "OWN_INITIATIVE", "source_ref": None, "instrument": "OWN_INITIATIVE"},
        {"source_type": "POLICE", "source_ref": "ORD-7", "instrument": "ORDER"},
    ]
)
_ROLES = st.sampled_from(["HOSTING", "HOSTING", "ACCESS", "DNS_RESOLVER", "CACHE_CDN"])
_PRIORITIES = st.sampled_from(["P2_STANDARD", "P2_STANDARD", "P3_CONTEXTUAL", "P1_CHILD_IN_DANGER"])
_ASSESSED = st.sampled_from(
    [
        {"assessment": "BASELINE", "assessed_by": "HOTLINE"},
        {"assessment": "NATIONALLY_ILLEGAL", "assessed_by": "POLICE"},
        {"assessment": "PENDING", "assessed_by": "HOTLINE"},
        {"assessment": "NOT_ASSESSED", "assessed_by": "PROVIDER_UNVERIFIED"},
    ]
)


@st.composite
def _particulars(draw: st.DrawFn) -> dict[str, Any]:
    return {
        **draw(_SOURCES),
        **draw(_ASSESSED),
        "priority": draw(_PRIORITIES),
        "service_role": draw(_ROLES),
        "item_no": draw(st.integers(1, 3)),
    }


_ACTIONS = (
    "REMOVED", "ACCESS_DISABLED", "BLOCKED", "NOT_BLOCKED_OVERBLOCK", "FORWARDED_TO_HOST",
    "ALREADY_UNAVAILABLE", "NOT_OUR_SERVICE", "REFUSED_NOT_ILLEGAL",
)  # fmt: skip
_STEPS = st.one_of(
    st.builds(
        lambda action, source, late: {
            "kind": Progress.ACTIONED, "action": action, "time_source": source,
            "late_reason": late,
        },
        st.sampled_from(_ACTIONS),
        st.sampled_from(["SYSTEM_LOG", "OPERATOR_ENTRY", "ESTIMATE"]),
        st.sampled_from([None, "STAFF_ABSENCE"]),
    ),
    st.sampled_from(["ACKNOWLEDGED", "FORWARDED", "RESUMED"]).map(lambda k: {"kind": Progress(k)}),
    st.just({"kind": Progress.REPORTED, "authority": "POLICE_CYBERCRIME"}),
    st.just({"kind": Progress.REINSTATED}),
    st.sampled_from(
        ["REOPENED", "REOPENED", "WITHDRAWN", "REFUSAL_CONFIRMED", "REFUSAL_REJECTED"]
    ).map(lambda k: {"kind": Progress(k), "reference": "N-1"}),
    st.builds(
        lambda reason, lasts: {"kind": Progress.PAUSED, "pause_reason": reason, "lasts": lasts},
        st.sampled_from(["CLARIFICATION", "FORCE_MAJEURE", "APPROVED_PAUSE"]),
        st.sampled_from([None, 0, 30, 600, 24 * 60, 24 * 60 + 1, 5000]),
    ),
)  # fmt: skip
_CORRECTIONS = st.one_of(
    st.builds(lambda p: {"priority": p}, _PRIORITIES),
    st.builds(lambda i: {"received_at": said(i), "issued_at": said(i)}, instants),
    st.builds(dict, _ASSESSED),
)
_ISSUES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["INTERPOL_IWOL", "INTERPOL_IWOL", "TRC_ORDER_CSAM"]),
        "kind": st.sampled_from(["ADD", "MIXED", "DELIST", "EMERGENCY", "FULL_RESET"]),
        "removed": st.sampled_from([0, 3]),
        "applied": st.sampled_from([None, 0, 60, 110, 1430, 1440, 3000, 9000]),
        "tested": st.sampled_from([None, "PASS", "FAIL"]),
    }
)
_NAMES = st.sampled_from(["S-0001", "S-0002", "S-0003"])
_days = st.dates(date(2025, 10, 1), date(2026, 12, 1))
_AROUND = st.sampled_from(
    [date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 31),
     date(2026, 11, 1), date(2025, 10, 31), date(2025, 11, 1), date(2026, 11, 30)]
)  # fmt: skip


@st.composite
def _spans(draw: st.DrawFn) -> dict[str, Any]:
    joined, first, last = sorted(draw(st.lists(st.one_of(_days, _AROUND), min_size=3, max_size=3)))
    return {
        "staff_ref": draw(_NAMES),
        "role_group": draw(st.sampled_from(["DESIGNATED_HANDLER", "MANAGEMENT", "CONTRACTOR"])),
        "joined_on": joined.isoformat(),
        "from_on": first.isoformat(),
        "until_on": draw(st.sampled_from([None, last.isoformat()])),
        "handles_notices": draw(st.booleans()),
    }


@st.composite
def _results(draw: st.DrawFn) -> dict[str, Any]:
    held = draw(st.one_of(_days, _AROUND))
    result = draw(st.sampled_from(["PASSED", "PASSED", "ATTENDED", "FAILED", "EXEMPT"]))
    until = held + timedelta(days=draw(st.sampled_from([0, 10, 400])))
    return {
        "staff_ref": draw(_NAMES),
        "module": draw(
            st.sampled_from(["LAW_AND_DUTIES", "SAFE_HANDLING_NO_VIEWING", "MANAGEMENT_BRIEFING"])
        ),
        "level": draw(st.sampled_from(["INDUCTION", "REFRESHER"])),
        "held_on": held.isoformat(),
        "result": result,
        "exempt_until": until.isoformat() if result == "EXEMPT" else None,
    }


_nothing = st.just({})
_item_deeds = _deeds("item", _particulars())
_moves = st.one_of(
    _deeds("step", _STEPS),
    _deeds("step", _STEPS),
    _deeds("step", _STEPS),
    _deeds(
        "take_back",
        st.fixed_dictionaries(
            {"action": st.sampled_from(["BLOCKED", "ACCESS_DISABLED"]), "lifts": st.booleans()}
        ),
    ),
    _deeds("approve", _nothing),
    _deeds("retract", _nothing),
    _deeds("void", _nothing),
    _deeds("correct", _CORRECTIONS),
    _item_deeds,
)
_others = st.one_of(
    _deeds("issue", _ISSUES),
    _deeds("issue", _ISSUES),
    _deeds(
        "complaint",
        st.fixed_dictionaries(
            {"outcome": st.sampled_from([None, "UPHELD", "REJECTED"]), "restores": st.booleans()}
        ),
    ),
    _deeds("person", _spans()),
    _deeds("course", _results()),
)

item_plans = st.builds(
    lambda items, moves: [*items, *moves],
    st.lists(_item_deeds, min_size=1, max_size=4),
    st.lists(_moves, max_size=14),
)
other_plans = st.lists(_others, min_size=1, max_size=8)

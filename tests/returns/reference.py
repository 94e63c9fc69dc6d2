"""The indicators once more, slowly, in plain Python: written from the formulas, not from the SQL.

Nothing here asks a database. Instants are datetimes, durations timedeltas; a record is what was
known as of a sequence number. Formulas: indicators §4, state machines §3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Any

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Event:
    """Something that happened to an item."""

    no: int
    kind: str
    at: datetime
    until: datetime | None = None
    action: str | None = None
    pause_reason: str | None = None
    refers_to: int | None = None
    corrects: int | None = None
    estimate: bool = False
    late_reason: bool = False


@dataclass(frozen=True)
class Item:
    """One item of one notice, and what happened to it."""

    key: int
    received: datetime
    priority: str
    role: str
    illegal: bool
    source: str
    notice: str | None
    is_order: bool
    duplicate_of: int | None = None
    ordered_unassessed: bool = False
    reappears: bool = False
    events: tuple[Event, ...] = ()

    @property
    def is_duplicate(self) -> bool:
        return self.duplicate_of is not None


@dataclass(frozen=True)
class Issue:
    """One issue of one list."""

    key: int
    name: str
    kind: str
    published: datetime
    applied: datetime | None
    removed: int
    points: tuple[int, int]
    subscribers: tuple[int, int]
    entries: tuple[int, int]
    test: str
    tested: datetime | None


@dataclass(frozen=True)
class Complaint:
    """Somebody says that a block is wrong."""

    key: int
    received: datetime
    acknowledged: datetime | None
    decided: datetime | None
    upheld: bool
    restored: datetime | None


@dataclass(frozen=True)
class Person:
    """One span of one person in one role."""

    name: str
    role: str
    joined: date
    first: date
    last: date | None
    handles: bool


@dataclass(frozen=True)
class Learned:
    """One result of one person in one module."""

    name: str
    module: str
    on: date
    result: str
    level: str
    exempt_until: date | None


@dataclass(frozen=True)
class Rule:
    """A policy version's limits, from a day's first instant until another's."""

    version: str
    begins: datetime | None
    ends: datetime | None
    act: Mapping[str, timedelta]
    acknowledge: Mapping[str, timedelta]
    report: Mapping[str, timedelta]
    lists: Mapping[str, timedelta]
    complaints: Mapping[str, timedelta]


@dataclass(frozen=True)
class World:
    """Everything that was recorded rightly, as known at one moment."""

    items: Sequence[Item] = ()
    issues: Sequence[Issue] = ()
    complaints: Sequence[Complaint] = ()
    people: Sequence[Person] = ()
    learned: Sequence[Learned] = ()


@dataclass(frozen=True)
class Clock:
    """One clock that runs on one thing."""

    name: str
    key: int
    start: datetime
    done: datetime | None
    limit: timedelta
    policy: str
    urgent: bool = False
    gone: bool = False
    estimated: bool = False
    explained: bool = False
    pauses: tuple[tuple[datetime, datetime], ...] = ()

    def age(self, now: datetime) -> timedelta:
        """From its start to its end (or now), less the pauses in between."""
        end = self.done or now
        stood = sum(
            (max(NOTHING, min(to, end) - max(begin, self.start)) for begin, to in self.pauses),
            NOTHING,
        )
        return max(NOTHING, end - self.start - stood)

    def status(self, now: datetime) -> str:
        late = self.age(now) > self.limit
        if self.done is None:
            return "OPEN_OVERDUE" if late else "OPEN_NOT_DUE"
        return "LATE" if late else "WITHIN"


def in_order(events: Iterable[Event]) -> list[Event]:
    """By time; a correction stands in the place of what it corrects."""
    return sorted(events, key=lambda e: (e.at, e.corrects or e.no))


@dataclass
class Course:
    """Where an item stands after its events so far."""

    is_open: bool = True
    word: str | None = None
    forwarded: datetime | None = None
    out_by: str | None = None
    acted: datetime | None = None
    gone: datetime | None = None
    blocked: datetime | None = None
    estimated: bool = False
    explained: bool = False
    moves: list[tuple[datetime, str]] = field(default_factory=list)

    def take(self, event: Event) -> None:
        step: Callable[[Event], None] | None = getattr(self, f"_{event.kind.lower()}", None)
        if step:
            step(event)

    def _close(self, event: Event, how: str) -> None:
        if self.is_open:
            self.is_open = False
            self.moves.append((event.at, how))

    def _actioned(self, event: Event) -> None:
        self.word = event.action
        self.estimated |= event.estimate
        self.explained |= event.late_reason
        if event.action == "REFUSED_NOT_ILLEGAL":
            return
        if event.action == "NOT_OUR_SERVICE":
            if self.forwarded:
                self.out_by = "not_our_service"
                self._close(event, "closed")
            return
        if event.action == "ALREADY_UNAVAILABLE":
            self.gone = self.gone or event.at
        else:
            self.acted = self.acted or event.at
        if event.action in ("BLOCKED", "NOT_BLOCKED_OVERBLOCK"):
            self.blocked = self.blocked or event.at
        if event.action in ("FORWARDED_TO_HOST", "NOT_BLOCKED_OVERBLOCK"):
            self.forwarded = self.forwarded or event.at
        self._close(event, "closed")

    def _forwarded(self, event: Event) -> None:
        self.forwarded = self.forwarded or event.at
        if self.is_open and self.word == "NOT_OUR_SERVICE":
            self.out_by = "not_our_service"
            self._close(event, "closed")

    def _refusal_confirmed(self, event: Event) -> None:
        self.out_by = "refused_confirmed"
        self._close(event, "closed")

    def _refusal_rejected(self, _event: Event) -> None:
        self.word = None

    def _withdrawn(self, event: Event) -> None:
        self.out_by = "withdrawn"
        self._close(event, "withdrawn")

    def _transferred(self, event: Event) -> None:
        self.out_by = "transferred"
        self._close(event, "transferred")

    def _reopened(self, event: Event) -> None:
        moves = [*self.moves, (event.at, "reopened")]
        self.__init__(moves=moves)  # type: ignore[misc]


def course(item: Item, until: datetime) -> Course:
    """The item's course by what happened until an instant."""
    found = Course()
    for event in in_order(e for e in item.events if e.at <= until):
        found.take(event)
    return found


def pauses(item: Item, until: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The pauses that stop the clock: short ones for everyday reasons, and approved ones."""
    found = []
    for pause in (e for e in item.events if e.kind == "PAUSED" and e.at <= until):
        answers = [e for e in item.events if e.refers_to == pause.no]
        resumed = [e.at for e in answers if e.kind == "RESUMED" and e.at <= until]
        ends = resumed[0] if resumed else pause.until
        short = [x for x in (pause.until, *resumed) if x is not None and x - pause.at <= DAY]
        everyday = pause.pause_reason in ("CLARIFICATION", "FORCE_MAJEURE") and bool(short)
        if everyday or any(e.kind == "PAUSE_APPROVED" for e in answers):
            found.append((pause.at, ends or until))
    return tuple(found)


def _first(item: Item, kind: str, until: datetime) -> datetime | None:
    return min((e.at for e in item.events if e.kind == kind and e.at <= until), default=None)


def rule_at(rules: Sequence[Rule], instant: datetime) -> Rule:
    """The rule in force at an instant."""
    for rule in rules:
        after = rule.begins is None or instant >= rule.begins
        if after and (rule.ends is None or instant < rule.ends):
            return rule
    raise LookupError(instant)


def item_clocks(item: Item, rules: Sequence[Rule], now: datetime) -> list[Clock]:
    """The clocks of one item; none where no action is asked of the ISP."""
    stands = course(item, now)
    if item.is_duplicate or stands.out_by:
        return []
    rule = rule_at(rules, item.received)
    base = Clock(
        "", item.key, item.received, None, NOTHING, rule.version,
        urgent=item.priority == "P1_CHILD_IN_DANGER", explained=stands.explained,
    )  # fmt: skip
    own = item.source == "OWN_INITIATIVE"
    found = []
    if not own:
        done, limit = _first(item, "ACKNOWLEDGED", now), rule.acknowledge[item.priority]
        found.append(replace(base, name="acknowledge", done=done, limit=limit))
    if item.illegal:
        done, limit = _first(item, "REPORTED", now), rule.report[item.priority]
        found.append(replace(base, name="report", done=done, limit=limit))
    if not item.ordered_unassessed:
        found.append(_action_clock(item, stands, replace(base, limit=rule.act[item.priority]), now))
    return found


def lift_clocks(item: Item, rules: Sequence[Rule], now: datetime) -> list[Clock]:
    """The clock of a block whose order was taken back; none where it was lifted before that."""
    events = in_order(e for e in item.events if e.at <= now)
    opened = max((i for i, e in enumerate(events) if e.kind == "REOPENED"), default=-1)
    withdrawn = [e.at for e in events[opened + 1 :] if e.kind == "WITHDRAWN"]
    kept_out = ("BLOCKED", "ACCESS_DISABLED", "ACCOUNT_SUSPENDED")
    held = [e.at for e in events if e.kind == "ACTIONED" and e.action in kept_out]
    lifted = [e.at for e in events if e.kind == "REINSTATED"]
    gone = item.is_duplicate or any(e.kind == "TRANSFERRED" for e in events)
    if gone or not withdrawn or not held:
        return []
    if any(held[-1] <= at < withdrawn[0] for at in lifted):
        return []
    done = min((at for at in lifted if at >= withdrawn[0]), default=None)
    rule = rule_at(rules, withdrawn[0])
    return [Clock("lift", item.key, withdrawn[0], done, rule.lists["delist"], rule.version)]


def _action_clock(item: Item, stands: Course, base: Clock, now: datetime) -> Clock:
    done, name = stands.acted, "act"
    if item.source == "OWN_INITIATIVE":
        name = "own_initiative"
    elif item.role in ("ACCESS", "DNS_RESOLVER"):
        name = "block_forward"
        both = stands.blocked is not None and stands.forwarded is not None
        done = max(stands.blocked, stands.forwarded) if both else None  # type: ignore[type-var]
    gone = stands.gone is not None
    return replace(
        base,
        name=name,
        done=min((x for x in (done, stands.gone) if x is not None), default=None),
        gone=gone and (stands.acted is None or stands.gone <= stands.acted),  # type: ignore[operator]
        estimated=stands.estimated,
        pauses=pauses(item, now),
    )


def satisfied(issue: Issue, issues: Iterable[Issue], now: datetime) -> datetime | None:
    """When this issue or a later one of its list was fully live."""
    later = [
        other.applied
        for other in issues
        if other.name == issue.name
        and (other.published, other.key) >= (issue.published, issue.key)
        and other.applied is not None
        and other.applied <= now
    ]
    return min(later, default=None)


def issue_clocks(issue: Issue, world: World, rules: Sequence[Rule], now: datetime) -> list[Clock]:
    rule = rule_at(rules, issue.published)
    kinds = []
    if issue.kind == "EMERGENCY":
        kinds = ["emergency"]
    else:
        kinds += ["add"] if issue.kind != "DELIST" else []
        kinds += ["delist"] if issue.kind == "DELIST" or issue.removed else []
    done = satisfied(issue, world.issues, now)
    return [
        Clock(kind, issue.key, issue.published, done, rule.lists[kind], rule.version)
        for kind in kinds
    ]


def complaint_clocks(it: Complaint, rules: Sequence[Rule], now: datetime) -> list[Clock]:
    rule = rule_at(rules, it.received)

    def clock(name: str, start: datetime, done: datetime | None) -> Clock:
        known = done if done is not None and done <= now else None
        return Clock(name, it.key, start, known, rule.complaints[name], rule.version)

    found = [
        clock("complaint_acknowledge", it.received, it.acknowledged),
        clock("decide", it.received, it.decided),
    ]
    if it.upheld and it.decided is not None:
        found.append(clock("restore", it.decided, it.restored))
    return found


@dataclass(frozen=True)
class Month:
    """The month asked of: its bounds, the cut-off, that of the month before, the names of days."""

    starts: datetime
    ends: datetime
    now: datetime
    before: datetime | None
    last_day: date
    named: Callable[[datetime], str]


def governed(items: Sequence[Item]) -> list[Item]:
    """The items, each received when it or the first of its duplicates was (edge rules)."""
    return [
        replace(
            item, received=min(x.received for x in items if item.key in (x.key, x.duplicate_of))
        )
        for item in items
    ]


def every_clock(world: World, month: Month, rules: Sequence[Rule], now: datetime) -> list[Clock]:
    """Every clock of what had come before the month ended."""
    found = []
    for item in governed(world.items):
        if item.received < month.ends:
            found += item_clocks(item, rules, now) + lift_clocks(item, rules, now)
    for issue in world.issues:
        if issue.published < month.ends:
            known = replace(world, issues=[i for i in world.issues if i.published < month.ends])
            found += issue_clocks(issue, known, rules, now)
    for complaint in world.complaints:
        found += complaint_clocks(complaint, rules, now) if complaint.received < month.ends else []
    return found


def scored(world: World, month: Month, rules: Sequence[Rule]) -> list[Clock]:
    """The month's own clocks, and those that the return before left open and not due."""
    left = set()
    if month.before is not None:
        left = {
            (c.name, c.key)
            for c in every_clock(world, month, rules, month.before)
            if c.start < month.starts and c.status(month.before) == "OPEN_NOT_DUE"
            and c.start < month.before
        }  # fmt: skip
    return [
        c
        for c in every_clock(world, month, rules, month.now)
        if month.starts <= c.start < month.ends or (c.name, c.key) in left
    ]


def tenths(part: int, whole: int) -> int | None:
    """Tenths of a percent, half up, below 1000 while anything is missing; None of nothing."""
    if whole == 0:
        return None
    exact = Decimal(1000 * part) / Decimal(whole)
    shown = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return min(shown, 999) if part < whole else shown


def nearest(values: Sequence[Any], percent: int) -> Any:
    """The nearest-rank percentile of sorted values, counted from 1."""
    return values[ceil(Fraction(percent * len(values), 100)) - 1]


def indicators(world: World, month: Month, rules: Sequence[Rule]) -> dict[Any, dict[str, Any]]:
    """Each timed indicator by (clock, cohort, policy version)."""
    groups: dict[Any, list[Clock]] = defaultdict(list)
    for clock in scored(world, month, rules):
        groups[clock.name, month.named(clock.start), clock.policy].append(clock)
    return {key: _indicator(clocks, month.now) for key, clocks in groups.items()}


def _indicator(clocks: Sequence[Clock], now: datetime) -> dict[str, Any]:
    by_status: dict[str, list[Clock]] = defaultdict(list)
    for clock in clocks:
        by_status[clock.status(now)].append(clock)
    missed = [*by_status["LATE"], *by_status["OPEN_OVERDUE"]]
    within = by_status["WITHIN"]
    return {
        "numerator": len(within),
        "denominator": len(within) + len(missed),
        "tenths": tenths(len(within), len(within) + len(missed)),
        "late": len(by_status["LATE"]),
        "open_overdue": len(by_status["OPEN_OVERDUE"]),
        "open_not_due": len(by_status["OPEN_NOT_DUE"]),
        "urgent_numerator": sum(c.urgent for c in within),
        "urgent_denominator": sum(c.urgent for c in [*within, *missed]),
        "explained": sum(c.explained and not c.urgent for c in by_status["LATE"]),
        "already_gone": sum(c.gone for c in clocks),
        "estimated": sum(c.estimated for c in clocks),
        **_spread([c for c in clocks if not c.gone], now),
    }


def _spread(clocks: Sequence[Clock], now: datetime) -> dict[str, Any]:
    closed = sorted(c.age(now) for c in clocks if c.done is not None)
    every = sorted((c.age(now), c.key, c.done is None) for c in clocks)
    last = nearest(every, 90) if len(every) >= 10 else None
    return {
        "n": len(closed),
        "median_s": whole(nearest(closed, 50)) if closed else None,
        "p90_s": whole(nearest(closed, 90)) if len(closed) >= 10 else None,
        "p90_with_open_s": whole(last[0]) if last else None,
        "p90_with_open_is_open": bool(last and last[2]),
    }


def whole(lasting: timedelta) -> int:
    """Whole seconds."""
    return lasting // timedelta(seconds=1)


def carried_forward(world: World, month: Month, rules: Sequence[Rule]) -> dict[Any, int]:
    """What is left for the next return, by cohort and age."""
    bands = [("0-24h", DAY), ("1-3d", 3 * DAY), ("3-7d", 7 * DAY), ("7-30d", 30 * DAY)]
    found: dict[Any, int] = defaultdict(int)
    for clock in scored(world, month, rules):
        acting = clock.name in ("act", "block_forward", "own_initiative")
        if acting and clock.status(month.now) == "OPEN_NOT_DUE":
            age = clock.age(month.now)
            band = next((name for name, until in bands if age < until), ">30d")
            found[month.named(clock.start), band] += 1
    return dict(found)


def stock_and_flow(world: World, month: Month) -> dict[str, int]:
    """The stock before and after, counted item by item, and what moved in between."""
    flow = dict.fromkeys(
        ("opening", "received", "reopened", "closed", "withdrawn", "duplicate", "transferred",
         "closing"), 0,
    )  # fmt: skip
    for item in (i for i in world.items if i.received < month.ends):
        if month.starts <= item.received:
            flow["received"] += 1
            flow["duplicate"] += item.is_duplicate
        if item.is_duplicate:
            continue
        moves = [(max(at, item.received), how) for at, how in course(item, month.now).moves]
        flow["opening"] += item.received < month.starts and _is_open(moves, month.starts)
        flow["closing"] += _is_open(moves, month.ends)
        for at, how in moves:
            if month.starts <= at < month.ends:
                flow[how] += 1
    return flow


def _is_open(moves: Sequence[tuple[datetime, str]], at: datetime) -> bool:
    before = [how for when, how in moves if when < at]
    return not before or before[-1] == "reopened"


def excluded(world: World, month: Month) -> dict[str, int]:
    """What of the month's items no clock judges."""
    inside = [i for i in world.items if month.starts <= i.received < month.ends]
    outs = [course(i, month.now).out_by for i in inside]
    return {
        "duplicate": sum(i.is_duplicate for i in inside),
        **{
            how: outs.count(how)
            for how in ("withdrawn", "not_our_service", "refused_confirmed", "transferred")
        },
        "own_initiative": sum(i.source == "OWN_INITIATIVE" for i in inside),
        "orders": sum(i.is_order for i in inside),
        "reappearances": sum(i.reappears for i in inside),
        "notices": len({(i.source, i.notice) for i in inside if i.notice is not None}),
    }


def senders(world: World, month: Month) -> list[dict[str, Any]]:
    """Who sent the month's items."""
    inside = [i for i in world.items if month.starts <= i.received < month.ends]
    return [
        {
            "source_type": source,
            "items": sum(i.source == source for i in inside),
            "notices": len(
                {i.notice for i in inside if i.source == source and i.notice is not None}
            ),
        }
        for source in sorted({i.source for i in inside})
    ]


def lists(world: World, month: Month, limit: timedelta) -> dict[str, dict[str, Any]]:
    """What the month says of each list."""
    found = {}
    known = [i for i in world.issues if i.published < month.ends]
    for name in sorted({i.name for i in known}):
        issues = sorted((i for i in known if i.name == name), key=lambda i: (i.published, i.key))
        inside, newest = [i for i in issues if i.published >= month.starts], issues[-1]
        tests = [
            i.test
            for i in issues
            if i.test != "NOT_RUN" and i.tested and month.starts <= i.tested < month.ends
        ]
        applied = sum(satisfied(i, issues, month.now) is not None for i in inside)
        current, owed = currency(issues, month, limit)
        found[name] = {
            "issues": len(inside),
            "applied": applied,
            "open": len(inside) - applied,
            "points_live": newest.points[0],
            "points_in_scope": newest.points[1],
            "subscribers_covered": newest.subscribers[0],
            "subscribers_in_scope": newest.subscribers[1],
            "coverage_tenths": tenths(*newest.subscribers),
            "accepted_tenths": tenths(*newest.entries),
            "tests_run": len(tests),
            "tests_passed": tests.count("PASS"),
            "owed_s": whole(owed),
            "current_s": whole(current),
            "currency_tenths": tenths(*(x // timedelta(microseconds=1) for x in (current, owed))),
        }
    return found


def currency(
    issues: Sequence[Issue], month: Month, limit: timedelta
) -> tuple[timedelta, timedelta]:
    """How long, in the month, the newest issue older than the limit was live, and of how long."""
    end = min(month.ends, month.now)
    marks = {month.starts, end}
    for issue in issues:
        marks |= {issue.published + limit, *([issue.applied] if issue.applied else [])}
    marks = {m for m in marks if month.starts <= m <= end}
    current = owed = NOTHING
    for left, right in zip(sorted(marks), sorted(marks)[1:], strict=False):
        due = [i for i in issues if i.published + limit <= left]
        if not due:
            continue
        owed += right - left
        live = satisfied(due[-1], issues, month.now)
        current += right - left if live is not None and live <= left else NOTHING
    return current, owed


def staff(
    world: World, last: date, required: Mapping[str, Sequence[str]], induction: int, months: int
) -> dict[str, tuple[int, int, int]]:
    """By role group: in scope, covered, and still in the induction window, on the last day."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    here = {
        (p.role, p.name, p.joined, p.handles)
        for p in world.people
        if p.first <= last and (p.last is None or p.last >= last)
    }
    for role, name, joined, handles in here:
        holds = {t.module for t in world.learned if t.name == name and _counts(t, last, months)}
        covered = set(required[role]) <= holds
        waiting = not covered and not handles and (last - joined).days < induction
        found[role][0] += not waiting
        found[role][1] += covered
        found[role][2] += waiting
    return {role: (a, b, c) for role, (a, b, c) in found.items()}


def _counts(it: Learned, last: date, months: int) -> bool:
    if it.on > last:
        return False
    if it.result == "EXEMPT":
        return it.exempt_until is not None and it.exempt_until >= last
    # Held within the last so many months: (last day less the months, last day].
    year, month = divmod(last.year * 12 + last.month - 1 - months, 12)
    return it.result == "PASSED" and (it.on.year, it.on.month) > (year, month + 1)


def induction(world: World, first: date, last: date, days: int) -> tuple[int, int]:
    """(inducted in time, people whose limit fell in the month)."""
    limits = {
        (p.name, p.joined)
        for p in world.people
        if first <= p.joined + days * DAY <= last
        and p.first <= last
        and (p.last is None or p.last >= first)
    }
    inducted = [
        any(
            t.name == name and t.level == "INDUCTION" and t.result == "PASSED"
            and joined <= t.on <= joined + days * DAY
            for t in world.learned
        )
        for name, joined in limits
    ]  # fmt: skip
    return sum(inducted), len(inducted)

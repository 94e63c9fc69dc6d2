"""Questions about what is owed: which policy judges a day, which plan it serves, when it is due.

Where a query takes ``seq`` it means the system's ledger: the answer as it was known then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.errors import Refusal
from portal.period import Period
from portal.policy.codes import DayKind
from portal.policy.document import Policy, read_policy
from portal.policy.framework import Framework
from portal.policy.model import Adoption, BodyVersion, CalendarDay, FrameworkVersion, PolicyVersion
from portal.policy.workdays import Workdays, holidays_of

_END_OF_DAY = time(23, 59, 59)


class NoPolicyInForce(Refusal):
    """No policy version was adopted for this day (chairs B1)."""

    code = "no-policy-in-force"


class NoFrameworkInForce(Refusal):
    """No plan covers this day; a proposed one does only where the policy itself is a demo's."""

    code = "no-framework-in-force"


class UnknownPolicy(Refusal):
    """No policy version of this name was loaded."""

    code = "unknown-policy"


@dataclass(frozen=True)
class InForce:
    """A policy and the act that put it in force, from its first to its last day (None: until
    further notice). ``digest`` is the SHA-256 of the document, in hexadecimal.
    """

    policy: Policy
    digest: str
    instrument: str
    adopted_on: date
    signatory: str
    demo: bool
    from_on: date
    until_on: date | None

    @property
    def version(self) -> str:
        """The name of the policy version."""
        return self.policy.version


@dataclass(frozen=True)
class Known:
    """A policy version that was loaded, and its adoption if it has one."""

    policy: Policy
    pack: str
    digest: str
    loaded_at: datetime
    in_force: InForce | None


@dataclass(frozen=True)
class SpecialDay:
    """A holiday, or a day that an act made different; ``sub_decree`` is None when computed."""

    day: date
    kind: DayKind
    name_en: str
    name_km: str
    sub_decree: str | None
    confirmed: bool


def policies_in_force(
    session: Session, first: date, last: date, *, seq: int | None = None
) -> tuple[InForce, ...]:
    """Every policy in force on some day of a span, oldest first; empty where none was."""
    return tuple(
        found
        for found in _spans(session, seq)
        if found.from_on <= last and (found.until_on is None or found.until_on >= first)
    )


def policy_on(session: Session, day: date, *, seq: int | None = None) -> InForce:
    """The policy in force on a day; raises NoPolicyInForce."""
    found = policies_in_force(session, day, day, seq=seq)
    if not found:
        raise NoPolicyInForce(day=day)
    return found[0]


def policy_of(session: Session, version: str) -> Policy:
    """The policy of a version's name, in force or not; raises UnknownPolicy."""
    document = session.scalar(
        select(PolicyVersion.document).where(PolicyVersion.version == version)
    )
    if document is None:
        raise UnknownPolicy("version", version=version)
    return read_policy(document)


def versions(session: Session) -> list[Known]:
    """Every version that was loaded, 2026.9 before 2026.10, with its adoption."""
    adopted = {found.version: found for found in _spans(session, None)}
    rows = sorted(session.scalars(select(PolicyVersion)), key=lambda row: _numbers(row.version))
    return [
        Known(
            policy=read_policy(row.document),
            pack=row.pack,
            digest=row.digest.hex(),
            loaded_at=row.loaded_at,
            in_force=adopted.get(row.version),
        )
        for row in rows
    ]


def frameworks(session: Session, *, seq: int | None = None) -> list[Framework]:
    """Every plan known, oldest first."""
    rows = session.scalars(select(FrameworkVersion.document).where(as_of(FrameworkVersion, seq)))
    return sorted((read_framework(row) for row in rows), key=lambda f: f.valid_from)


def framework_on(session: Session, day: date, *, seq: int | None = None) -> Framework:
    """The plan a day lies in; raises NoFrameworkInForce.

    A plan that nobody confirmed counts only while a demonstration's policy is in force.
    """
    demo = any(found.demo for found in policies_in_force(session, day, day, seq=seq))
    found = covering(session, day, proposed_too=demo, seq=seq)
    if found is None:
        raise NoFrameworkInForce(day=day)
    return found


def covering(
    session: Session, day: date, *, proposed_too: bool, seq: int | None = None
) -> Framework | None:
    """The confirmed plan that covers a day, else (where asked for) the proposed one."""
    found = [f for f in frameworks(session, seq=seq) if f.covers(day)]
    usable = [f for f in found if f.confirmed] or [f for f in found if proposed_too]
    return usable[-1] if usable else None


def bodies(session: Session) -> list[BodyVersion]:
    """The institutions that take part, by code."""
    rows = session.scalars(select(BodyVersion).where(as_of(BodyVersion, None)))
    return sorted(rows, key=lambda row: row.code)  # not by the database's own alphabet


def workdays(session: Session, day: date, *, seq: int | None = None) -> Workdays:
    """The calendar of the policy in force on a day; raises NoPolicyInForce."""
    return _workdays(session, policy_on(session, day, seq=seq).policy, seq)


def is_working_day(session: Session, day: date) -> bool:
    """Whether offices are open on a day; raises NoPolicyInForce."""
    return workdays(session, day).is_working_day(day)


def next_working_day(session: Session, day: date) -> date:
    """The day itself when it is a working day, else the next one; raises NoPolicyInForce."""
    return workdays(session, day).on_or_after(day)


def add_working_days(session: Session, day: date, count: int) -> date:
    """The ``count``-th working day after a day; raises NoPolicyInForce."""
    return workdays(session, day).after(day, count)


def due_at(session: Session, period: Period, *, seq: int | None = None) -> datetime:
    """The last second, in UTC, in which the return of a period is on time (SP5-15).

    It is the end of the policy's due day in the month after, moved to the next working day. The
    policy in force when the month ends names the day; raises NoPolicyInForce.
    """
    policy = policy_on(session, period.last_day, seq=seq).policy
    named = period.next().first_day.replace(day=policy.return_due_day)
    day = _workdays(session, policy, seq).on_or_after(named)
    return datetime.combine(day, _END_OF_DAY, policy.time_zone).astimezone(UTC)


def special_days(session: Session, first: date, last: date) -> list[SpecialDay]:
    """The holidays of a span and the days an act made different, in order."""
    country = policy_on(session, first).policy.calendar.country
    years = range(first.year, last.year + 1)
    days = {
        day: SpecialDay(day, DayKind.HOLIDAY, *names, sub_decree=None, confirmed=False)
        for year in years
        for day, names in holidays_of(country, year).items()
    }
    rows = session.scalars(select(CalendarDay).where(as_of(CalendarDay, None)))
    for r in rows:
        days[r.day] = SpecialDay(r.day, r.kind, r.name_en, r.name_km, r.sub_decree, r.confirmed)
    return [days[day] for day in sorted(days) if first <= day <= last]


@lru_cache(maxsize=64)
def read_framework(document: bytes) -> Framework:
    """The plan in a document's bytes, parsed once."""
    return Framework.model_validate_json(document)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def _workdays(session: Session, policy: Policy, seq: int | None) -> Workdays:
    calendar = policy.calendar
    rows = session.execute(select(CalendarDay.day, CalendarDay.kind).where(as_of(CalendarDay, seq)))
    overrides = {row.day: row.kind for row in rows}
    return Workdays(calendar.country, frozenset(calendar.weekend), overrides)


def _spans(session: Session, seq: int | None) -> list[InForce]:
    """Every adoption known, in order; each ends on the day before the next begins."""
    query = (
        select(Adoption, PolicyVersion.document, PolicyVersion.digest)
        .join(PolicyVersion, PolicyVersion.version == Adoption.version)
        .order_by(Adoption.effective_from)
    )
    if seq is not None:
        query = query.where(Adoption.admitted_seq <= seq)
    rows = session.execute(query).all()
    ends = [row.Adoption.effective_from - timedelta(days=1) for row in rows[1:]]
    return [_in_force(row, end) for row, end in zip(rows, [*ends, None], strict=False)]


def _in_force(row: Row[Adoption, bytes, bytes], until_on: date | None) -> InForce:
    adoption, document, digest = row
    return InForce(
        policy=read_policy(document),
        digest=digest.hex(),
        instrument=adoption.instrument,
        adopted_on=adoption.adopted_on,
        signatory=adoption.signatory,
        demo=adoption.demo,
        from_on=adoption.effective_from,
        until_on=until_on,
    )

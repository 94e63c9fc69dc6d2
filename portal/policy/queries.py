"""Questions about what is owed: which policy judges a day, which plan it serves, when it is due.

Where a query takes ``seq`` it means the system's ledger: the answer as it was known then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.errors import Refusal
from portal.period import Period
from portal.policy.document import Policy, read_policy
from portal.policy.framework import Framework
from portal.policy.model import Adoption, BodyVersion, FrameworkVersion, PolicyVersion


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


def practice_months(session: Session) -> frozenset[Period]:
    """The months that the policy in force at their end names as practice (chairs A4)."""
    spans = _spans(session, None)
    named = (Period.parse(month) for span in spans for month in span.policy.fair.practice_months)
    return frozenset(month for month in named if _practised(spans, month))


def _practised(spans: list[InForce], month: Period) -> bool:
    judging = [span for span in spans if span.from_on <= month.last_day]
    return bool(judging) and judging[-1].policy.is_practice(month)


def policy_at(session: Session, at: datetime) -> InForce:
    """The policy in force at an instant, on the policy's own clocks; raises NoPolicyInForce."""
    for found in _spans(session, None):
        day = at.astimezone(found.policy.time_zone).date()
        if found.from_on <= day and (found.until_on is None or day <= found.until_on):
            return found
    raise NoPolicyInForce(day=at.date())


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
    return [_known(row, adopted.get(row.version)) for row in rows]


def series(session: Session) -> tuple[str, ...]:
    """How certificate numbers begin, by every version that was loaded, the newest first."""
    rows = session.execute(select(PolicyVersion.version, PolicyVersion.document)).all()
    rows = sorted(rows, key=lambda row: _numbers(row.version), reverse=True)
    return tuple(dict.fromkeys(read_policy(row.document).papers.series for row in rows))


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


@lru_cache(maxsize=64)
def read_framework(document: bytes) -> Framework:
    """The plan in a document's bytes, parsed once."""
    return Framework.model_validate_json(document)


def _known(row: PolicyVersion, held: InForce | None) -> Known:
    return Known(read_policy(row.document), row.pack, row.digest.hex(), row.loaded_at, held)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def _spans(session: Session, seq: int | None) -> list[InForce]:
    """Every adoption known, in order; each ends on the day before the next begins."""
    rows = session.execute(_adoptions(now=seq is None), {"seq": seq}).all()
    ends = [row.effective_from - timedelta(days=1) for row in rows[1:]]
    return [_in_force(session, row, end) for row, end in zip(rows, [*ends, None], strict=False)]


@cache
def _adoptions(*, now: bool) -> Any:
    query = (
        select(
            PolicyVersion.digest,
            Adoption.instrument,
            Adoption.adopted_on,
            Adoption.signatory,
            Adoption.demo,
            Adoption.effective_from,
        )
        .join(PolicyVersion, PolicyVersion.version == Adoption.version)
        .order_by(Adoption.effective_from)
    )
    return query if now else query.where(Adoption.admitted_seq <= bindparam("seq"))


def _in_force(session: Session, row: Any, until_on: date | None) -> InForce:
    return InForce(
        policy=_policy(session, row.digest),
        digest=row.digest.hex(),
        instrument=row.instrument,
        adopted_on=row.adopted_on,
        signatory=row.signatory,
        demo=row.demo,
        from_on=row.effective_from,
        until_on=until_on,
    )


def document_of(session: Session, version: str) -> bytes:
    """The document of a policy version, byte for byte: what its digest is of."""
    query = select(PolicyVersion.document).where(PolicyVersion.version == version)
    return session.scalars(query).one()


# A digest says which document it is of, in whatever database: one that was read once is known.
_READ: dict[bytes, Policy] = {}


def _policy(session: Session, digest: bytes) -> Policy:
    if digest not in _READ:
        document = session.scalars(
            select(PolicyVersion.document).where(PolicyVersion.digest == digest)
        ).one()
        _READ[digest] = read_policy(document)
    return _READ[digest]

"""What is done to policy: a pack is loaded, a version is adopted, a day is overridden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources.abc import Traversable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.errors import Refusal
from portal.ledger import SYSTEM, Ledger, take
from portal.policy.codes import DayKind
from portal.policy.framework import DayOverride
from portal.policy.model import Adoption, CalendarDay, PolicyVersion
from portal.policy.pack import read_pack
from portal.policy.queries import NoFrameworkInForce, UnknownPolicy, covering
from portal.policy.writing import Writing
from portal.trail import append


class AlreadyAdopted(Refusal):
    """The version was adopted before; what should hold next is a new version."""

    code = "already-adopted"


class AdoptedTooEarly(Refusal):
    """The first day does not lie after the first day of the last adoption."""

    code = "effective-before-last-adoption"


class AdoptedBackwards(Refusal):
    """The first day lies before the instrument's own date: nobody is bound in the past."""

    code = "effective-before-instrument"


class NothingSaid(Refusal):
    """An act names its instrument and its signatory."""

    code = "required"


class AdoptedTooOften(Refusal):
    """So many changes within a little more than a year: no month could be told in one statement."""

    code = "adopted-too-often"


# Three changes in the days that a month's carried items may reach back: what a statement can
# say of is bounded, whatever the month (design §2.5).
MOST_ADOPTIONS = 3
ADOPTIONS_WITHIN = timedelta(days=400)


@dataclass(frozen=True)
class Loaded:
    """What a load brought that was not there before, by code; all empty when nothing changed."""

    policies: tuple[str, ...]
    frameworks: tuple[str, ...]
    bodies: tuple[str, ...]
    days: tuple[str, ...]


def load(session: Session, folder: Traversable, *, by: Actor, at: datetime) -> Loaded:
    """Take in a pack; a second load of the same pack changes nothing.

    Policy versions are immutable; plans and bodies get a new version where the pack says something
    new; days that were entered before keep what was entered. Nothing is put in force. Raises
    FaultyPack and PolicyImmutable.
    """
    pack = read_pack(folder)
    book = take(session, SYSTEM)
    writing = Writing(session, book, pack.name, by, at)
    return Loaded(
        policies=tuple(writing.policies(pack.policies)),
        frameworks=tuple(writing.frameworks(pack.frameworks)),
        bodies=tuple(writing.bodies(pack.bodies)),
        days=tuple(writing.days(pack.days)),
    )


def adopt(
    session: Session,
    version: str,
    *,
    instrument: str,
    adopted_on: date,
    effective_from: date,
    signatory: str,
    demo: bool = False,
    by: Actor,
    at: datetime,
) -> Adoption:
    """Put a loaded version in force from a day on, until the next adoption (chairs B1).

    ``demo`` marks a fictional instrument: every paper under it says so, and a plan that is only
    proposed may stand behind it. Raises NothingSaid, UnknownPolicy, AlreadyAdopted,
    AdoptedBackwards, AdoptedTooEarly, AdoptedTooOften and NoFrameworkInForce.
    """
    adoption = Adoption(
        version=version,
        instrument=instrument.strip(),
        adopted_on=adopted_on,
        effective_from=effective_from,
        signatory=signatory.strip(),
        demo=demo,
        adopted_by=by.person_id,
        recorded_at=at,
    )
    book = take(session, SYSTEM)
    _check_adoption(session, adoption)
    adoption.admitted_seq = _tell(session, book, adoption, by, at)
    session.add(adoption)
    session.flush()
    return adoption


def override_day(
    session: Session,
    day: date,
    kind: DayKind,
    *,
    name_en: str,
    name_km: str,
    sub_decree: str,
    by: Actor,
    at: datetime,
) -> CalendarDay:
    """Say that a day is a holiday or a working day, by the authority of a sub-decree.

    A day overridden before gets a new version. Due days that were computed before stay as they
    were stored.
    """
    _check_said(name_en=name_en, name_km=name_km, sub_decree=sub_decree)
    told = DayOverride(
        day=day, kind=kind, name_en=name_en, name_km=name_km, sub_decree=sub_decree, confirmed=True
    )
    writing = Writing(session, take(session, SYSTEM), "", by, at)
    return writing.day(told)


def _check_adoption(session: Session, adoption: Adoption) -> None:
    version, first = adoption.version, adoption.effective_from
    _check_said(instrument=adoption.instrument, signatory=adoption.signatory)
    if session.get(PolicyVersion, version) is None:
        raise UnknownPolicy("version", version=version)
    if session.get(Adoption, version) is not None:
        raise AlreadyAdopted("version", version=version)
    if first < adoption.adopted_on:
        raise AdoptedBackwards("effective_from", adopted_on=adoption.adopted_on)
    last = session.scalar(select(func.max(Adoption.effective_from)))
    if last is not None and first <= last:
        raise AdoptedTooEarly("effective_from", last=last)
    _must_be_rare(session, first)
    if covering(session, first, proposed_too=adoption.demo) is None:
        raise NoFrameworkInForce("effective_from", day=first)


def _must_be_rare(session: Session, first: date) -> None:
    since = first - ADOPTIONS_WITHIN
    recent = select(func.count()).where(Adoption.effective_from > since)
    if (session.scalar(recent) or 0) >= MOST_ADOPTIONS:
        raise AdoptedTooOften("effective_from", most=MOST_ADOPTIONS, days=ADOPTIONS_WITHIN.days)


def _check_said(**texts: str) -> None:
    for field, text in texts.items():
        if not text.strip():
            raise NothingSaid(field)


def _tell(session: Session, book: Ledger, adoption: Adoption, by: Actor, at: datetime) -> int:
    facts = {
        "adopted_on": str(adoption.adopted_on),
        "effective_from": str(adoption.effective_from),
        "demo": adoption.demo,
    }
    kind = "policy.adopted"
    return append(session, book, kind, by=by, at=at, subject=adoption.version, **facts)

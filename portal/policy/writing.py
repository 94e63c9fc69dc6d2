"""How policy is written down: each row is an event of its own in the system's chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.accounts import Actor
from portal.canonical import sha256
from portal.errors import Refusal
from portal.ledger import Ledger
from portal.policy.document import Policy
from portal.policy.framework import Body, DayOverride, Framework
from portal.policy.model import BodyVersion, CalendarDay, FrameworkVersion, PolicyVersion
from portal.trail import append


class PolicyImmutable(Refusal):
    """The pack says something else under the name of a version that was loaded before."""

    code = "policy-immutable"


@dataclass(frozen=True)
class Writing:
    """One act on the system's ledger, which the caller has taken."""

    session: Session
    book: Ledger
    pack: str
    by: Actor
    at: datetime

    def policies(self, given: Mapping[bytes, Policy]) -> Iterable[str]:
        for document, policy in given.items():
            digest = sha256(document)
            known = self.session.get(PolicyVersion, policy.version)
            if known is not None and known.digest != digest:
                raise PolicyImmutable(version=policy.version)
            if known is None:
                seq = self._event("policy.loaded", policy.version, digest=digest.hex())
                self.session.add(
                    PolicyVersion(
                        version=policy.version,
                        pack=self.pack,
                        document=document,
                        digest=digest,
                        loaded_at=self.at,
                        admitted_seq=seq,
                    )
                )
                self.session.flush()
                yield policy.version

    def frameworks(self, given: Mapping[bytes, Framework]) -> Iterable[str]:
        for document, framework in given.items():
            values = {"pack": self.pack, "document": document, "digest": sha256(document)}
            if self._replace(FrameworkVersion, FrameworkVersion.code, framework.code, values):
                yield framework.code

    def bodies(self, given: Iterable[Body]) -> Iterable[str]:
        for body in given:
            values = {**body.model_dump(exclude={"code"}), "pack": self.pack}
            values["may_see"] = " ".join(sorted(body.may_see))
            if self._replace(BodyVersion, BodyVersion.code, body.code, values):
                yield body.code

    def days(self, given: Iterable[DayOverride]) -> Iterable[str]:
        for told in given:
            known = select(CalendarDay.day).where(CalendarDay.day == told.day)
            if self.session.scalar(known.limit(1)) is None:
                self.day(told)
                yield str(told.day)

    def day(self, told: DayOverride) -> CalendarDay:
        values = told.model_dump(exclude={"day"})
        self._replace(CalendarDay, CalendarDay.day, told.day, values)
        row: CalendarDay = self._current(CalendarDay, CalendarDay.day, told.day)
        return row

    def _replace(
        self,
        table: Any,
        key: InstrumentedAttribute[Any],
        value: str | date,
        values: Mapping[str, Any],
    ) -> bool:
        """Admit the next version of a row and close the one before; False if it says the same."""
        current = self._current(table, key, value)
        if current is not None and all(getattr(current, k) == v for k, v in values.items()):
            return False
        version = 1 if current is None else current.version + 1
        seq = self._event(f"{table.__tablename__}.set", str(value), version=version)
        if current is not None:
            current.closed_seq = seq
        self.session.add(
            table(**{key.key: value}, version=version, admitted_seq=seq, **dict(values))
        )
        self.session.flush()
        return True

    def _current(self, table: Any, key: InstrumentedAttribute[Any], value: str | date) -> Any:
        query = select(table).where(key == value, table.closed_seq.is_(None))
        return self.session.scalar(query)

    def _event(self, kind: str, subject: str, **facts: Any) -> int:
        return append(
            self.session, self.book, kind, by=self.by, at=self.at, subject=subject, **facts
        )

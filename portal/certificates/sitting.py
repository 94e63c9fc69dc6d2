"""Sittings: certificates of a month asked for at one press, and what came of each (chairs B3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.accounts import Organisation
from portal.certificates.model import Certificate
from portal.certificates.status import CertificateStatus, Known
from portal.db import Base, Code, Instant
from portal.jobs import Job, JobKind
from portal.period import Period


class Sitting(Base):
    """One press of an issuer, in one role at one authority; ``seq`` is the system's."""

    __tablename__ = "sitting"
    __growing__ = ()

    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String(7), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(Integer)

    @property
    def subject(self) -> str:
        """What its job is about."""
        return f"{self.period}/{self.no}"


class SittingIsp(Base):
    """One ISP of a sitting, and what came of it, written once: the certificate's serial, or the
    code of the rule that said no with its ``facts`` (canonical JSON).

    The ISP is its owner, not its subject: this is the authority's own work, and closed to ISPs.
    """

    __tablename__ = "sitting_isp"
    __growing__ = ("serial", "refusal", "facts", "answered_at")
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (serial IS NULL AND refusal IS NULL)", name="answered"
        ),
        CheckConstraint("serial IS NULL OR refusal IS NULL", name="one_answer"),
    )

    sitting: Mapped[int] = mapped_column(ForeignKey("sitting.no"), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    serial: Mapped[int | None] = mapped_column(ForeignKey("certificate.serial"), unique=True)
    refusal: Mapped[str | None] = mapped_column(Code)
    facts: Mapped[str | None] = mapped_column(String(400))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True)
class Came:
    """What came of one ISP so far: a certificate as it stands today, a refusal, or nothing yet."""

    isp: Organisation
    answer: SittingIsp
    certificate: Certificate | None
    status: CertificateStatus | None


def came_of(session: Session, no: int) -> list[Came]:
    """Every ISP of a sitting, by short name."""
    query = (
        select(Organisation, SittingIsp, Certificate)
        .select_from(SittingIsp)
        .join(Organisation, Organisation.id == SittingIsp.owner_id)
        .outerjoin(Certificate, Certificate.serial == SittingIsp.serial)
        .where(SittingIsp.sitting == no)
        .order_by(Organisation.slug)
    )
    rows: Sequence[Any] = session.execute(query).all()
    known = Known.of(session, [row[2] for row in rows if row[2] is not None])
    return [
        Came(isp, answer, made, None if made is None else known.status(made))
        for isp, answer, made in rows
    ]


def sittings_of(session: Session, period: Period, *, limit: int) -> Sequence[Sitting]:
    """The sittings about a month, the newest first."""
    query = select(Sitting).where(Sitting.period == str(period))
    return session.scalars(query.order_by(Sitting.no.desc()).limit(limit)).all()


def job_of(session: Session, sitting: Sitting) -> Job | None:
    """The newest job of a sitting; None once ended jobs were forgotten."""
    query = select(Job).where(
        Job.organisation_id == sitting.organisation_id,
        Job.kind == JobKind.MONTH,
        Job.subject == sitting.subject,
    )
    return session.scalars(query.order_by(Job.id.desc()).limit(1)).first()

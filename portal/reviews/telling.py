"""Mail to the authority: what an ISP said, to every officer who may answer it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Organisation, OrganisationKind
from portal.mail import MailKind, post


def tell_authority(
    session: Session, kind: MailKind, isp_id: int, subject: str, *, at: datetime, **about: str | int
) -> None:
    """Write to the officers of every authority; ``isp`` in the mail is whom it is about."""
    bodies = select(Organisation.id).where(Organisation.kind == OrganisationKind.AUTHORITY)
    for body in session.scalars(bodies.order_by(Organisation.id)).all():
        post(session, kind, body, subject, at=at, isp=isp_id, **about)

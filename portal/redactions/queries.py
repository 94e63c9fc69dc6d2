"""Questions about what is withheld: what waits, who may decide it, what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from portal.accounts import Actor, Permission, may
from portal.entries.codes import WithholdingReason
from portal.entries.withheld import BY_TERM, Withheld, Withholding
from portal.redactions.model import Sighting
from portal.redactions.places import OF_ISPS, PLACES, is_officer
from portal.registers.register import REGISTERS


@dataclass(frozen=True)
class Listed:
    """A withholding, how many values it is about, which fields (``table.field``), and whether the
    reader may decide it, or asked for it.
    """

    withholding: Withholding
    values: int
    fields: tuple[str, ...]
    mine: bool
    may_decide: bool


def listed(session: Session, by: Actor, *, limit: int = 100) -> list[Listed]:
    """What the reader may know of, the newest first: officers of all, an ISP's people of their
    own. What somebody saw is the officers' to decide, and who said so is nobody's here. What went
    when its term was over is left out.
    """
    asked_for = Withholding.reason.not_in(BY_TERM)
    query = (
        select(Withholding)
        .where(asked_for)
        .order_by(Withholding.asked_at.desc(), Withholding.isp_id, Withholding.no.desc())
    )
    if not is_officer(by):
        query = query.where(
            Withholding.isp_id == by.organisation_id,
            Withholding.reason != WithholdingReason.SEEN_OR_PASTED,
        )
    rows = session.scalars(query.limit(limit)).all()
    about = _about(session, rows)
    return [_listed(one, about[one.isp_id, one.no], by) for one in rows]


def may_decide(session: Session, asked: Withholding, by: Actor) -> bool:
    """Whether it is somebody's to decide, the four eyes aside: an officer's, or for an ISP's own
    words its approvers'.
    """
    return _may(asked, _about(session, [asked])[asked.isp_id, asked.no], by)


def stands_in(session: Session, row: Listed) -> list[tuple[int, str, int]]:
    """The entries of registers that values of a withholding stand in: ISP, register and key."""
    one, found = row.withholding, set()
    named = {field.partition(".")[0] for field in row.fields}
    for slug in REGISTERS:
        for table in PLACES[slug].tables:
            if table.__tablename__ not in named:
                continue
            query = (
                select(table.isp_id, table.key)
                .join(
                    Withheld,
                    (Withheld.owner_id == table.isp_id)
                    & (Withheld.admitted_seq == table.admitted_seq)
                    & (Withheld.line == table.digest),
                )
                .where(Withheld.isp_id == one.isp_id, Withheld.no == one.no)
            )
            found |= {(isp_id, slug, key) for isp_id, key in session.execute(query)}
    return sorted(found)


def sightings(session: Session) -> Sequence[Sighting]:
    """Who said that they saw or pasted something, the newest first: one officer's to read."""
    return session.scalars(select(Sighting).order_by(Sighting.id.desc())).all()


About = dict[tuple[int, str, str], int]


def _about(session: Session, rows: Sequence[Withholding]) -> dict[tuple[int, int], About]:
    """What each is about: owner, table and field, and how many values of these."""
    found: dict[tuple[int, int], About] = {(one.isp_id, one.no): {} for one in rows}
    table = Withheld
    columns = (table.isp_id, table.no, table.owner_id, table.place, table.field)
    wanted = tuple_(table.isp_id, table.no).in_(found)
    query = select(*columns, func.count()).where(wanted).group_by(*columns)
    for isp_id, no, owner, place, field, count in session.execute(query):
        found[isp_id, no][owner, place, field] = count
    return found


def _listed(one: Withholding, about: About, by: Actor) -> Listed:
    open_to = one.outcome is None and _may(one, about, by)
    mine = one.asked_by == by.person_id
    fields = tuple(sorted({f"{place}.{field}" for _, place, field in about}))
    return Listed(one, sum(about.values()), fields, mine, open_to and not mine)


def _may(asked: Withholding, about: About, by: Actor) -> bool:
    if is_officer(by):
        return True
    own = all(owner == by.organisation_id and place in OF_ISPS for owner, place, _ in about)
    seen = asked.reason == WithholdingReason.SEEN_OR_PASTED
    return may(by.role, Permission.REDACTION_CONFIRM) and own and not seen

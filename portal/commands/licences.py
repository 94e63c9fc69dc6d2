"""``flask licences`` and ``waivers``: what an ISP may run, when it owes, who may do both."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from pydantic import BaseModel

from portal.accounts import LicenceKind, LicenceStatus, Permission, SuccessionKind
from portal.accounts import actions as accounts
from portal.accounts.queries import isp_named
from portal.accounts.successions import Succeeding, succession_of
from portal.commands.acting import (
    Day,
    actor_of,
    as_option,
    checked,
    command,
    founder,
    founding_option,
)
from portal.entries.texts import Reference, ShortReference
from portal.errors import NotThere
from portal.registers import successions as registers
from portal.web.session import now, session


class Licensed(BaseModel):
    """The number of a licence, as its paper says it."""

    number: ShortReference


class Decided(BaseModel):
    """The number of the decision by which one ISP goes on as another."""

    reference: Reference


class Waived(BaseModel):
    """The number of the letter that grants a waiver."""

    reference: Reference


@click.group()
def licences() -> None:
    """Licences of ISPs; an ISP owes a monthly return for each month that one touches."""


@click.group()
def waivers() -> None:
    """Grants that one person may prepare and file."""


@click.argument("isp")
@click.argument("number")
@click.option("--kind", type=click.Choice([k.value for k in LicenceKind]), required=True)
@click.option("--from", "from_on", type=Day(), required=True, help="Its first day.")
@click.option("--until", "until_on", type=Day(), help="Its last day, if it has one.")
@founding_option
def open_licence(isp: str, number: str, kind: str, email: str | None, **span: date) -> None:
    """Grant a licence, or an ended one again."""
    by = founder(email, Permission.LICENCE_STATE)
    own, number = isp_named(session(), isp), checked(Licensed, number=number).number
    accounts.open_licence(session(), own.id, number, LicenceKind(kind), **span, by=by, at=now())
    click.echo(f"{isp} holds {number} from {span['from_on']} on.")


@click.argument("isp")
@click.argument("number")
@click.option("--on", "until_on", type=Day(), required=True, help="Its last day.")
@as_option
def end(isp: str, number: str, until_on: date, email: str) -> None:
    """Say the last day of a licence; the return of that month is the final one."""
    _end(isp, number, LicenceStatus.ACTIVE, until_on, email)


@click.argument("isp")
@click.argument("number")
@click.option("--on", "until_on", type=Day(), required=True, help="The last day it held.")
@as_option
def revoke(isp: str, number: str, until_on: date, email: str) -> None:
    """Revoke a licence; what was owed up to that day stays owed."""
    _end(isp, number, LicenceStatus.REVOKED, until_on, email)


@click.argument("isp")
@click.argument("number")
@click.option("--from", "from_on", type=Day(), required=True, help="The first day.")
@click.option("--until", "until_on", type=Day(), help="The last day; else until it is resumed.")
@as_option
def suspend(isp: str, number: str, email: str, **days: date) -> None:
    """Suspend a licence; a month that is suspended whole owes no return."""
    _restate(isp, number, LicenceStatus.SUSPENDED, days, email)


@click.argument("isp")
@click.argument("number")
@click.option("--from", "from_on", type=Day(), required=True, help="The first day.")
@as_option
def resume(isp: str, number: str, email: str, **days: date) -> None:
    """Let a suspended licence hold again."""
    _restate(isp, number, LicenceStatus.ACTIVE, days, email)


@click.argument("predecessor")
@click.argument("successor")
@click.option("--on", "first_day", type=Day(), required=True, help="The successor's first day.")
@click.option("--reference", required=True, help="Number of the authority's decision.")
@click.option("--kind", type=click.Choice([k.value for k in SuccessionKind]), default="MERGER")
@as_option
def succeed(predecessor: str, successor: str, kind: str, email: str, **said: Any) -> None:
    """Say that one ISP goes on as another; what is open goes over in the same act."""
    by = actor_of(email, Permission.LICENCE_STATE)
    old, new = (isp_named(session(), slug) for slug in (predecessor, successor))
    first_day, number = said["first_day"], checked(Decided, reference=said["reference"]).reference
    decided = Succeeding(old.id, new.id, SuccessionKind(kind), first_day, number)
    _fact, carried = registers.succeed(session(), decided, by=by, at=now())
    click.echo(f"{successor} goes on as {predecessor} from {first_day} on ({number}).")
    click.echo(f"{carried.items} open items and {carried.notices} notices went over.")


@click.argument("predecessor")
@as_option
def carry(predecessor: str, email: str) -> None:
    """Hand over what was logged late, or opened again, at an ISP that another one goes on as."""
    by = actor_of(email, Permission.LICENCE_STATE)
    succession = succession_of(session(), isp_named(session(), predecessor).id)
    if succession is None:
        raise NotThere("isp", name=predecessor)
    carried = registers.carry(session(), succession, by=by, at=now())
    click.echo(f"{carried.items} open items and {carried.notices} notices went over.")


@click.argument("isp")
@click.option("--reference", required=True, help="Number of the letter that grants it.")
@click.option("--from", "from_on", type=Day(), required=True)
@click.option("--until", "until_on", type=Day(), required=True)
@as_option
def grant(isp: str, reference: str, email: str, **span: date) -> None:
    """Let one person of an ISP prepare and file in these days; every such return says so."""
    by = actor_of(email, Permission.WAIVER_GRANT)
    own, said = isp_named(session(), isp), checked(Waived, reference=reference).reference
    accounts.grant_waiver(session(), own.id, said, **span, by=by, at=now())
    click.echo(f"{isp}: one person may prepare and file until {span['until_on']} ({said}).")


def _end(isp: str, number: str, status: LicenceStatus, until_on: date, email: str) -> None:
    by = actor_of(email, Permission.LICENCE_STATE)
    own = isp_named(session(), isp)
    accounts.end_licence(session(), own.id, number, status, until_on=until_on, by=by, at=now())
    click.echo(f"{number} of {isp} ends on {until_on}.")


def _restate(
    isp: str, number: str, status: LicenceStatus, days: dict[str, date], email: str
) -> None:
    by = actor_of(email, Permission.LICENCE_STATE)
    own = isp_named(session(), isp)
    accounts.restate_licence(session(), own.id, number, status, **days, by=by, at=now())
    click.echo(f"{number} of {isp} is {status} from {days['from_on']} on.")


command(licences, "open", writes=True)(open_licence)
command(licences, "end", writes=True)(end)
command(licences, "suspend", writes=True)(suspend)
command(licences, "resume", writes=True)(resume)
command(licences, "revoke", writes=True)(revoke)
command(licences, "succeed", writes=True)(succeed)
command(licences, "carry", writes=True)(carry)
command(waivers, "grant", writes=True)(grant)

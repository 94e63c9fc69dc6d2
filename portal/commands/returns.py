"""``flask returns``: file a month, re-perform what was filed."""

from __future__ import annotations

import click

from portal.accounts import Permission
from portal.accounts.queries import isp_named
from portal.commands.acting import actor_of, as_option, command
from portal.errors import NotThere
from portal.period import Period
from portal.returns import actions, queries
from portal.returns.model import AmendmentReason, Filing
from portal.returns.reperform import every_filing, reperform
from portal.web.session import now, session


@click.group()
def returns() -> None:
    """Monthly returns."""


@click.argument("isp")
@click.argument("period")
@click.option("--nil", "nils", multiple=True, help="A register declared nil (repeatable).")
@click.option("--reason", type=click.Choice([r.value for r in AmendmentReason]))
@as_option
def prepare(isp: str, period: str, nils: tuple[str, ...], reason: str | None, email: str) -> None:
    """Freeze a month for another person to approve."""
    by = actor_of(email, Permission.RETURN_PREPARE)
    own = isp_named(session(), isp)
    _must_act_for(by.organisation_id, own.id)
    why = AmendmentReason(reason) if reason else None
    month = Period.parse(period)
    made = actions.prepare(session(), own.id, month, nils=nils, reason=why, by=by, at=now())
    click.echo(f"Prepared no. {made.no} for {period}; NOT FILED until another person files it.")


@click.argument("isp")
@click.argument("period")
@as_option
def file(isp: str, period: str, email: str) -> None:
    """Approve and file what was prepared last; twice is once."""
    by = actor_of(email, Permission.RETURN_FILE)
    own, month = isp_named(session(), isp), Period.parse(period)
    _must_act_for(by.organisation_id, own.id)
    newest = queries.newest_preparation(session(), own.id, month)
    if newest is None:
        raise NotThere("preparation")
    filing = actions.file(session(), own.id, month, newest.no, by=by, at=now())
    click.echo(f"Filed. Receipt {filing.receipt}")


@click.argument("receipt", required=False)
@click.option("--all", "everything", is_flag=True, help="Every filing there is.")
def reperform_command(receipt: str | None, *, everything: bool) -> None:
    """Rebuild statements from the entries, compare byte for byte (exit 1 if one differs)."""
    chosen = [f for f in every_filing(session()) if everything or f.receipt == receipt]
    if not chosen:
        raise NotThere("receipt")
    differing = [found for found in map(_reperformed, chosen) if not found]
    click.echo(f"{len(chosen) - len(differing)} equal, {len(differing)} different")
    if differing:
        raise SystemExit(1)


def _reperformed(filing: Filing) -> bool:
    found = reperform(session(), filing)
    if not found.equal:
        click.echo(f"{found.receipt}: differs in {', '.join(found.differs)}")
    if found.withheld:
        values = "one value" if found.withheld == 1 else f"{found.withheld} values"
        said = "equal" if found.equal else "different"
        click.echo(f"{found.receipt}: {said}, {values} withheld")
    return found.equal


def _must_act_for(organisation_id: int, isp_id: int) -> None:
    if organisation_id != isp_id:
        raise NotThere("isp")


command(returns, "prepare", writes=True)(prepare)
command(returns, "file", writes=True)(file)
command(returns, "reperform")(reperform_command)

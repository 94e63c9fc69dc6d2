"""``flask import``: take in a file of entries, or write a sample of one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.accounts import Actor, Permission
from portal.accounts.queries import isp_named
from portal.commands.acting import actor_of, program_of_key, refusing
from portal.errors import NotThere
from portal.intake import MOST_ROWS, Report, admit_csv, sample_csv
from portal.policy.queries import policy_on
from portal.registers.register import REGISTERS, Register
from portal.web.report_words import problem_told
from portal.web.session import now, session, today


@click.command("import")
@click.argument("slug", metavar="REGISTER", type=click.Choice(list(REGISTERS)))
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--isp", help="Short name of the ISP.")
@click.option("--as", "email", help="E-mail address of who acts.")
@click.option(
    "--key",
    "by_key",
    is_flag=True,
    allow_from_autoenv=False,
    help="A program acts: its key is read from PROGRAM_KEY, or asked for. It is no argument.",
)
@click.option("--sample", type=click.IntRange(1, MOST_ROWS), help="Write so many rows instead.")
@click.option("-o", "out", type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
@with_appcontext
def import_file(  # noqa: PLR0917 - click names them all
    slug: str,
    file: Path | None,
    isp: str | None,
    email: str | None,
    by_key: bool,
    sample: int | None,
    out: Path | None,
) -> None:
    """Take in FILE whole, or say everything that is wrong in it (exit 1); or write a sample."""
    register = REGISTERS[slug]
    if sample is not None and out is not None:
        _write(register, sample, out)
    elif file is not None and isp and email and not by_key:
        _import(register, file, partial(_member, register, isp, email))
    elif file is not None and by_key and email is None:
        _import(register, file, partial(_program, isp))
    else:
        msg = "Give FILE --isp SLUG --as EMAIL, or FILE --key, or --sample N -o FILE."
        raise click.UsageError(msg)


def _write(register: Register, rows: int, out: Path) -> None:
    with refusing():
        policy = policy_on(session(), today()).policy
    out.write_text(sample_csv(register, rows, policy=policy, at=now()), encoding="utf-8")
    click.echo(f"{rows} rows written to {out}.")


def _import(register: Register, file: Path, who: Callable[[], Actor]) -> None:
    with refusing(writes=True):
        by = who()
    with refusing(writes=True), file.open("rb") as stream:
        report = admit_csv(session(), by.organisation_id, register, stream, by=by, at=now())
        _say(register, report)
        if not report.is_taken_in:
            raise SystemExit(1)


def _member(register: Register, isp: str, email: str) -> Actor:
    own = isp_named(session(), isp)
    by = actor_of(email, Permission.ENTRY_WRITE, own.id, rather=register.permission)
    if by.organisation_id != own.id:
        raise NotThere("isp")
    return by


def _program(isp: str | None) -> Actor:
    """The program whose key is at hand; that it was used is kept, whatever becomes of the file."""
    by = program_of_key()
    if isp is not None and isp_named(session(), isp).id != by.organisation_id:
        raise NotThere("isp")
    return by


def _say(register: Register, report: Report) -> None:
    for problem in (*report.problems, *report.warnings):
        row, _title, text = problem_told(register, problem)
        click.echo(f"Row {row}: {text}" if row else text, err=not report.is_taken_in)
    if report.is_taken_in:
        click.echo(f"{report.recorded} recorded, {report.same} recorded before.")
    else:
        click.echo(f"Nothing was recorded: {report.problem_count} things to mend.", err=True)

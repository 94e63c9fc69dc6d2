"""``flask import``: take in a file of entries, or write a sample of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from portal.accounts import Actor, Permission
from portal.accounts.queries import isp_named
from portal.commands.acting import actor_of, program_of_key, refusing
from portal.commands.bad_rows import write_bad_rows
from portal.entries.codes import CorrectionReason
from portal.errors import NotThere
from portal.intake import MOST_ROWS, Choice, Report, RowProblem, room, sample_csv, take_in
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
@click.option("--dry-run", is_flag=True, help="Say what would become of it; record nothing.")
@click.option("--good-rows", is_flag=True, help="Record the good rows, also beside bad ones.")
@click.option("--confirm-warnings", is_flag=True, help="Odd rows are meant so: record them, too.")
@click.option(
    "--reason",
    type=click.Choice([str(reason) for reason in CorrectionReason]),
    help="Correct what was recorded otherwise under the same own number, for this reason.",
)
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what wants attention: the workbook to mend (.xlsx), or its rows as CSV.",
)
@click.option("--sample", type=click.IntRange(1, MOST_ROWS), help="Write so many rows instead.")
@click.option("-o", "out", type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
@with_appcontext
def import_file(slug: str, file: Path | None, sample: int | None, **said: Any) -> None:
    """Take in FILE, CSV or XLSX, whole; or say everything that is wrong in it (exit 1). Or write a
    sample.
    """
    register, isp, email, by_key = REGISTERS[slug], said["isp"], said["email"], said["by_key"]
    if sample is not None and said["out"] is not None:
        _write(register, sample, said["out"])
    elif file is not None and isp and email and not by_key:
        _import(register, file, partial(_member, register, isp, email), said)
    elif file is not None and by_key and email is None:
        _import(register, file, partial(_program, isp), said)
    else:
        msg = "Give FILE --isp SLUG --as EMAIL, or FILE --key, or --sample N -o FILE."
        raise click.UsageError(msg)


def _write(register: Register, rows: int, out: Path) -> None:
    with refusing():
        policy = policy_on(session(), today()).policy
    out.write_text(sample_csv(register, rows, policy=policy, at=now()), encoding="utf-8")
    click.echo(f"{rows} rows written to {out}.")


def _import(
    register: Register, file: Path, who: Callable[[], Actor], said: Mapping[str, Any]
) -> None:
    with refusing(writes=True):
        by = who()
    with refusing(writes=True), file.open("rb") as stream:
        report = take_in(
            session(),
            by.organisation_id,
            register,
            stream,
            choice=Choice.GOOD_ROWS if said["good_rows"] else Choice.ALL_OR_NOTHING,
            dry_run=said["dry_run"],
            confirmed=said["confirm_warnings"],
            reason=CorrectionReason(said["reason"]) if said["reason"] else None,
            by=by,
            at=now(),
        )
        if report.is_taken_in:
            with room():
                session().commit()
        _say(register, report, dry_run=said["dry_run"])
        if said["errors"] is not None:
            write_bad_rows(register, report, file, said["errors"])
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


def _say(register: Register, report: Report, *, dry_run: bool) -> None:
    for problem in (*report.problems, *report.warnings):
        row, _title, text = problem_told(register, problem)
        click.echo(f"Row {row}: {text}" if row else text, err=True)
    for group in report.groups:
        one = RowProblem(None, group.field, group.code, group.params)
        click.echo(f"{group.count} x {problem_told(register, one)[2]}", err=True)
    if not report.is_taken_in:
        click.echo(f"Nothing was recorded: {_why_not(report)}.", err=True)
        return
    done, mended = ("new", "to correct") if dry_run else ("recorded", "corrected")
    told = [f"{report.new} {done}", f"{report.same} recorded before"]
    told += [f"{report.changed} {mended}"] if report.changed else []
    told += [f"{report.bad} left out"] if report.bad else []
    click.echo(("A dry run, nothing was recorded: " if dry_run else "") + ", ".join(told) + ".")


def _why_not(report: Report) -> str:
    if report.needs_confirmation and not report.problem_count:
        return f"{report.warned} odd rows, see above; --confirm-warnings says they are meant so"
    if report.needs_reason:
        return f"{report.problem_count} things to mend; --reason corrects what differs"
    return f"{report.problem_count} things to mend"

"""How a file that waits for a decision looks to programs: counts, rules and rows, never a cell."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import url_for
from pydantic import BaseModel, ConfigDict, Field

from portal.entries.codes import CorrectionReason
from portal.entries.entry import plain
from portal.intake import Choice, Group, RowProblem
from portal.intake.uploads import Stage, Upload, job_of
from portal.intake.uploads.telling import told
from portal.registers.register import Register
from portal.web.api.problems import fault
from portal.web.api.shapes import Out
from portal.web.session import session
from portal.web.uploads import share_of, stage_now
from portal.web.uploads_folder import store


class RecordingFile(BaseModel):
    """What is said before a file is recorded."""

    model_config = ConfigDict(extra="forbid")

    choice: Choice = Field(Choice.ALL_OR_NOTHING, title="Rows")
    confirmed: bool = Field(False, title="What needs a second look is meant so")
    reason: CorrectionReason | None = Field(
        None, title="Why rows differ from what was recorded before"
    )


class RuleOut(Out):
    """A rule that said no, or found rows odd: how often, and in which rows first."""

    code: str
    field: str | None
    detail: str
    params: dict[str, Any]
    count: int
    rows: list[int]


class RowProblemOut(Out):
    """What is wrong in one row of the file, by its number there."""

    row: int | None
    code: str
    field: str | None
    detail: str
    params: dict[str, Any]


class CheckOut(Out):
    """What recording the file would do. ``problems`` are the first 200."""

    rows: int
    new: int
    same: int
    changed: int
    bad: int
    warned: int
    needs_reason: bool
    wrong: list[RuleOut]
    odd: list[RuleOut]
    problems: list[RowProblemOut]
    mending: str | None = Field(description="Your rows as a workbook to mend.")


class TakenInOut(Out):
    """What was recorded, in counts; the first and the last number given to new entries."""

    new: int
    changed: int
    same: int
    left_out: int
    first: int | None
    last: int | None


class FileOut(Out):
    """A file, and where it stands; ``done`` is the share that was read, in percent."""

    file: str
    register_: str = Field(alias="register")
    stage: Stage
    sha256: str
    size: int
    until: datetime = Field(description="When it is gone at the latest.")
    done: int | None
    fault: str | None = Field(description="Why the worker could not end it.")
    check: CheckOut | None
    recorded: TakenInOut | None


def file_told(register: Register, upload: Upload) -> dict[str, Any]:
    """A file as it stands."""
    stage, job = stage_now(upload), job_of(session(), upload)
    works = stage is Stage.WORKING
    return {
        "file": upload.name,
        "register": register.slug,
        "stage": str(stage),
        "sha256": upload.sha256.hex(),
        "size": upload.size,
        "until": plain(upload.until_at),
        "done": share_of(job) if works else None,
        "fault": job.fault if job and not works else None,
        "check": _check(register, upload) if stage is Stage.REPORT else None,
        "recorded": _recorded(upload),
    }


def _check(register: Register, upload: Upload) -> dict[str, Any]:
    found = told(str(upload.report))
    has_workbook = found.bad and store().mending(upload.name).exists()
    address = url_for("api.mending", slug=register.slug, name=upload.name)
    counts = ("rows", "new", "same", "changed", "bad", "warned", "needs_reason")
    return {name: getattr(found, name) for name in counts} | {
        "wrong": [_rule(register, group) for group in found.groups],
        "odd": [_rule(register, group) for group in found.warning_groups],
        "problems": [{"row": one.row, **_said(register, one)} for one in found.problems],
        "mending": address if has_workbook else None,
    }


def _rule(register: Register, group: Group) -> dict[str, Any]:
    return _said(register, group) | {"count": group.count, "rows": list(group.rows)}


def _said(register: Register, one: Group | RowProblem) -> dict[str, Any]:
    said = fault(one.field, one.code, one.params, register.input).told()
    return {"field": one.field} | {name: said[name] for name in ("code", "detail", "params")}


def _recorded(upload: Upload) -> dict[str, Any] | None:
    if upload.result is None:
        return None
    said: dict[str, Any] = json.loads(upload.result)
    return said if said["new"] else said | {"first": None, "last": None}

"""The forms in which somebody decides about an upload."""

from __future__ import annotations

from pydantic import BaseModel, Field

from portal.entries.codes import CorrectionReason
from portal.intake import Choice
from portal.intake.uploads.telling import Told
from portal.registers.register import Register
from portal.web.entry_forms import reasons
from portal.web.forms import ModelForm, form_for
from portal.web.labels import label


class Deciding(BaseModel):
    """What is said before a file is recorded."""

    choice: Choice = Field(
        Choice.ALL_OR_NOTHING, title="Rows", json_schema_extra={"x-widget": "hidden"}
    )
    confirmed: bool = Field(False, title="I have read what needs a second look; it is meant so.")


class Reasoning(BaseModel):
    """Why rows differ from what was recorded before."""

    reason: CorrectionReason = Field(
        title="Why rows differ from what was recorded", json_schema_extra={"x-widget": "select"}
    )


def deciding_form(check: Told) -> ModelForm[Deciding]:
    """All rows where nothing is wrong, else the good ones alone."""
    choice = Choice.ALL_OR_NOTHING if check.is_good else Choice.GOOD_ROWS
    unasked = () if check.warned else ("confirmed",)
    return form_for(Deciding, leave_out=unasked)(data={"choice": choice})


def why_form(register: Register) -> ModelForm[Reasoning]:
    """Why rows differ, as the page of a correction asks it."""
    offered = [(str(reason), label(reason)) for reason in reasons(register)]
    return form_for(Reasoning, choices={"reason": offered})()

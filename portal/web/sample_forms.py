"""What is asked of an auditor who draws a sample, and of each sampled line."""

from __future__ import annotations

from pydantic import BaseModel, Field

from portal.entries.texts import Reference
from portal.policy.queries import policy_at
from portal.registers.register import REGISTERS
from portal.reviews.samples.model import Difference, FindingOutcome
from portal.web.forms import ModelForm, form_for
from portal.web.labels import label
from portal.web.session import now, session


class Drawing(BaseModel):
    """How a sample is drawn."""

    slug: str = Field(title="Register", json_schema_extra={"x-widget": "select"})
    wanted: int = Field(title="How many lines", ge=1)
    chance: Reference | None = Field(
        None,
        title="Public chance",
        description=(
            "Such as the numbers of a public lottery of the day. It goes before what the portal"
            " makes at the draw, so that neither chooses alone."
        ),
    )


class Finding(BaseModel):
    """What the evidence said of one line."""

    outcome: FindingOutcome = Field(title="The evidence", json_schema_extra={"x-widget": "radio"})
    difference: Difference | None = Field(
        None, title="In what it differs", json_schema_extra={"x-widget": "select"}
    )


FindingForm = form_for(Finding)


def drawing_form() -> ModelForm[Drawing]:
    """The form of a draw, with the registers by name."""
    most = policy_at(session(), now()).policy.audit.sample_most
    offered = [(slug, label(slug)) for slug in REGISTERS]
    return form_for(Drawing, choices={"slug": offered})(data={"wanted": min(25, most)})

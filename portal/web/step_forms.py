"""The forms of the steps of a takedown item: just the fields of each kind of progress."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import Field, create_model

from portal.entries.codes import CorrectionReason
from portal.notices.codes import LocatorKind
from portal.policy.codes import ActionType
from portal.policy.document import Policy
from portal.policy.queries import policy_at
from portal.registers.codes import Progress
from portal.registers.inputs_progress import PROGRESS_INPUTS, ProgressIn
from portal.registers.queries import Entry
from portal.registers.takedowns import TakedownEvent
from portal.web.forms import ModelForm, form_for
from portal.web.labels import label
from portal.web.session import now, session

_STEP_REASONS = tuple(
    reason
    for reason in CorrectionReason
    if reason not in {CorrectionReason.PROGRESS, CorrectionReason.DUPLICATE_FOUND}
)


def step_form(kind: Progress, found: Entry) -> ModelForm[ProgressIn]:
    """The form of a new step of this kind."""
    return _form(_asked(kind), kind, found, {})


def correction_form(event: TakedownEvent, found: Entry) -> ModelForm[ProgressIn]:
    """The form that replaces a step, filled with what stands."""
    stands = {name: getattr(event, name) for name in PROGRESS_INPUTS[event.kind].model_fields}
    return _form(_asked_again(event.kind), event.kind, found, stands)


def step_of(kind: Progress, typed: ProgressIn) -> ProgressIn:
    """The step itself, out of what its form took."""
    model = PROGRESS_INPUTS[kind]
    return model.model_construct(**{name: getattr(typed, name) for name in model.model_fields})


@cache
def _asked(kind: Progress) -> type[ProgressIn]:
    model = PROGRESS_INPUTS[kind]
    return create_model(
        f"{model.__name__}Asked",
        __base__=model,
        expects_no=(int, Field(title="Last step", json_schema_extra={"x-widget": "hidden"})),
    )


@cache
def _asked_again(kind: Progress) -> type[ProgressIn]:
    return create_model(
        f"{PROGRESS_INPUTS[kind].__name__}Again",
        __base__=_asked(kind),
        reason=(CorrectionReason, Field(title="Why the step is corrected")),
    )


def _form(
    model: type[ProgressIn], kind: Progress, found: Entry, begins: dict[str, Any]
) -> ModelForm[ProgressIn]:
    policy = policy_at(session(), now()).policy
    offered = {"reason": [(str(reason), label(reason)) for reason in _STEP_REASONS]}
    if kind == Progress.ACTIONED:
        offered["action"] = [(str(action), label(action)) for action in _actions(found, policy)]
    form = form_for(model, choices=offered, leave_out=_not_asked(kind, found))
    data = {**begins, "expects_no": str(found.last_no)}
    return form(data=data, given={"now": now(), "policy": policy})


def _actions(found: Entry, policy: Policy) -> list[ActionType]:
    """What the service can do; a withdrawal is a step of its own."""
    can = policy.actions[found.now.service_role]
    return [action for action in can if action != ActionType.WITHDRAWN_BY_NOTIFIER]


def _not_asked(kind: Progress, found: Entry) -> list[str]:
    if kind == Progress.ACTIONED and found.now.locator_kind != LocatorKind.DOMAIN:
        return ["second_approver"]
    return ["refers_to"] if kind == Progress.RESUMED else []

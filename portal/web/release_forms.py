"""The forms of list releases: what a publisher records, and which lists it may record."""

from __future__ import annotations

from typing import Any

from pydantic import Field, create_model

from portal.entries.codes import CorrectionReason
from portal.notices.releases.inputs import ListReleaseIn
from portal.notices.releases.model import ListRelease
from portal.notices.releases.publishers import is_authority, published_by
from portal.policy.queries import policy_at
from portal.web.forms import ModelForm, form_for
from portal.web.gate import me
from portal.web.labels import label
from portal.web.session import now, session, today

REASONS = (
    CorrectionReason.TYPING_ERROR,
    CorrectionReason.SOURCE_CORRECTED,
    CorrectionReason.SELF_REVIEW,
)
_HIDDEN: dict[str, Any] = {"x-widget": "hidden"}
_Again = create_model(
    "ListReleaseAgain",
    __base__=ListReleaseIn,
    expects=(int, Field(title="Version", json_schema_extra=_HIDDEN)),
    reason=(CorrectionReason, Field(title="Why it is corrected")),
)
_Void = create_model(
    "ListReleaseVoid", expects=(int, Field(title="Version", json_schema_extra=_HIDDEN))
)


def release_form() -> ModelForm[Any]:
    """The form of a new release; a publisher of one list finds it chosen."""
    offered = my_lists()
    first = {"list_code": offered[0][0]} if len(offered) == 1 else {}
    return _form(ListReleaseIn, {"added": 0, "removed": 0, **first})


def correction_form(release: ListRelease) -> ModelForm[Any]:
    """The form of a release's next version, filled with what stands."""
    stands = {name: getattr(release, name) for name in ListReleaseIn.model_fields}
    stands |= {"content_digest": release.content_digest.hex(), "expects": release.version}
    reasons = [(str(reason), label(reason)) for reason in REASONS]
    return _form(_Again, stands, reason=reasons)


def void_form(release: ListRelease) -> ModelForm[Any]:
    """The form that says a release never was."""
    return form_for(_Void)(data={"expects": release.version})


def release_from(typed: Any) -> ListReleaseIn:
    """The release itself, out of what its form took."""
    said = {name: getattr(typed, name) for name in ListReleaseIn.model_fields}
    return ListReleaseIn.model_construct(**said)


def my_lists() -> list[tuple[str, str]]:
    """The permitted lists whose releases the asker's organisation records, with their names."""
    permitted = [(one.code, one.name) for one in policy_at(session(), now()).policy.permitted_lists]
    if is_authority(session(), me().organisation_id):
        return permitted
    mine = published_by(session(), me().organisation_id, today())
    return [(code, name) for code, name in permitted if code in mine]


def _form(model: Any, data: dict[str, Any], **offered: Any) -> ModelForm[Any]:
    kind: Any = form_for(model, choices={"list_code": my_lists(), **offered})
    policy = policy_at(session(), now()).policy
    form: ModelForm[Any] = kind(data=data, given={"now": now(), "policy": policy})
    return form

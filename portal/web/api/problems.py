"""What is said to a program whose request was not taken: RFC 9457, in the words of the pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask import g, make_response
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from pydantic import BaseModel
from werkzeug.wrappers import Response

from portal.entries.entry import plain
from portal.errors import Refusal, Refused
from portal.web.words import sentence, title_of

MEDIA: Final = "application/problem+json"
DOCS: Final = "/api/docs"
MOST: Final = 1000
"""So many faults are told of one request."""


class Kind(NamedTuple):
    """A kind of problem: the status of its answers, and what it is called."""

    status: int
    title: LazyString


KINDS: Final[dict[str, Kind]] = {
    "body-unreadable": Kind(400, _("The body is not the JSON that is taken here")),
    "query-refused": Kind(400, _("A parameter of the address is not taken")),
    "idempotency-key-missing": Kind(
        400, _("An Idempotency-Key of 8 to 200 printable characters is needed")
    ),
    "request-refused": Kind(400, _("The request cannot be read")),
    "key-missing": Kind(401, _("A key is needed: Authorization: Bearer")),
    "key-refused": Kind(401, _("The key is not good")),
    "out-of-reach": Kind(403, _("The key does not reach this")),
    "not-there": Kind(404, _("There is nothing here, or nothing of yours")),
    "method-not-allowed": Kind(405, _("This address does not know the method")),
    "not-acceptable": Kind(406, _("Only JSON is answered here, and PDF where papers are")),
    "refused": Kind(409, _("A rule said no; nothing was changed")),
    "changed-meanwhile": Kind(412, _("It changed meanwhile: read it again")),
    "too-large": Kind(413, _("The body is larger than is taken here")),
    "not-json": Kind(415, _("Send application/json in UTF-8, not compressed")),
    "not-a-file": Kind(415, _("Send CSV as text/csv, or a workbook (XLSX) by its own type")),
    "invalid": Kind(422, _("Some fields are not right; nothing was recorded")),
    "idempotency-key-reused": Kind(
        422, _("This Idempotency-Key came before with another request: use a new one")
    ),
    "if-match-missing": Kind(428, _("Say in If-Match which version you saw")),
    "too-many": Kind(429, _("Too many requests: wait until the window ends")),
    "broken": Kind(500, _("Something broke on our side; nothing was saved")),
    "slow": Kind(503, _("The portal is slow or not ready: try the same again later")),
}
OF_STATUS: Final[Mapping[int, str]] = {
    400: "request-refused",
    403: "out-of-reach",
    404: "not-there",
    405: "method-not-allowed",
    413: "too-large",
    429: "too-many",
    503: "slow",
}


class Fault(NamedTuple):
    """One thing that is wrong: its code and a sentence, and where: a JSON pointer into the body
    (RFC 6901), or a parameter of the address. What was sent is never repeated.
    """

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    params: Mapping[str, Any] = {}

    def told(self) -> dict[str, Any]:
        """As it is sent."""
        where = {"pointer": self.pointer, "parameter": self.parameter}
        said = {"code": self.code, "params": _plain(self.params), "detail": self.detail}
        return {name: text for name, text in where.items() if text is not None} | said


class NotTaken(Exception):
    """A request that is answered with a problem of a kind; nothing was changed."""

    def __init__(
        self, kind: str, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(kind)
        self.kind, self.faults, self.headers = kind, faults, headers or {}


def problem(kind: str, faults: Iterable[Fault] = ()) -> Response:
    """The answer that tells a problem; its ``type`` leads to the page of the API."""
    known, told = KINDS[kind], [fault.told() for fault in faults]
    title = str(known.title)
    body: dict[str, Any] = {"type": f"{DOCS}#problem-{kind}", "title": title}
    body |= {"status": known.status, "code": kind}
    body["detail"] = told[0]["detail"] if len(told) == 1 else title
    body["request"] = g.get("request_id", "")
    if told:
        body["errors"] = told[:MOST]
    response = make_response(json.dumps(body, ensure_ascii=False), known.status)
    response.headers["Content-Type"] = MEDIA
    response.headers["Content-Language"] = str(get_locale() or "en")
    return response


def faults_of(refusal: Refusal) -> list[Fault]:
    """What a refusal says; where, by what the view said of its body (``pointing``)."""
    said = [(refusal.field, refusal.code, refusal.params)]
    if isinstance(refusal, Refused):
        said = refusal.problems
    return [fault(*one) for one in said]


def pointing(model: type[BaseModel], place: str = "") -> None:
    """Say what the body is, so that refusals of it find their fields: ``place`` is the pointer to
    the entry, with ``{row}`` for its position from 0.
    """
    g.pointing = model, place


def fault(
    field: str | None, code: str, params: Mapping[str, Any], of: type[BaseModel] | None = None
) -> Fault:
    """One problem of the domain as a fault of the body; ``of`` is the model of its field where that
    is not the body's.
    """
    model, place = (of, None) if of else g.get("pointing", (BaseModel, None))
    label = title_of(model, field or "")
    told = dict(params)
    row = told.pop("row", None) if place is not None and "{row}" in place else None
    detail = sentence(code, **{"label": label, **params})
    pointer = None if place is None else place.format(row=(row or 1) - 1)
    if field is not None and field in model.model_fields and pointer is not None:
        pointer += f"/{field}"
    return Fault(code, detail, pointer, params=told)


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: plain(value) for name, value in params.items()}
    return {
        name: value if isinstance(value, str | int | bool | list) else str(value)
        for name, value in told.items()
        if name != "label"
    }

"""The page of the API: drawn from its document by ourselves, without a script of anybody's."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from flask import Blueprint
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.intake.samples import sample_row
from portal.policy.queries import NoPolicyInForce, policy_on
from portal.registers.register import REGISTERS
from portal.web.api.document import outline
from portal.web.api.problems import KINDS
from portal.web.gate import public
from portal.web.labels import label
from portal.web.pages import page
from portal.web.session import now, session, settings, today

EXAMPLE: Final = """\
curl {address}/api/v1/registers/takedowns/entries \\
  -H "Authorization: Bearer $PROGRAM_KEY" \\
  -H "Idempotency-Key: ticket-4711" \\
  -H "Content-Type: application/json" \\
  -d '{entry}'"""
bp = Blueprint("api_docs", __name__, url_prefix="/api/docs")


class Told(NamedTuple):
    """A field or parameter: name, kind, whether it is needed, and what it means."""

    name: str
    kind: str
    is_needed: bool
    text: str


class Operation(NamedTuple):
    """One thing that can be done: by which method, where, with what."""

    name: str
    method: str
    path: str
    summary: str
    parameters: list[Told]
    bodies: list[tuple[str, list[Told]]]


@bp.get("")
@public
def index() -> Response:
    """What programs can ask, how they are answered, and every kind of problem."""
    registers = {slug.capitalize(): label(slug) for slug in REGISTERS}
    context = {
        "groups": _groups(),
        "registers": registers,
        "problems": KINDS,
        "example": _example(),
    }
    return page("api_docs/index.html", **context)


def _example() -> str | None:
    """An entry that would be taken today; None before there is a policy."""
    try:
        policy = policy_on(session(), today()).policy
    except NoPolicyInForce:
        return None
    entry = sample_row("takedowns", policy=policy, at=now())
    return EXAMPLE.format(address=settings().public_url, entry=json.dumps(entry, indent=2))


def _groups() -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for path, item in outline()["paths"].items():
        for method, said in item.items():
            found.setdefault(said["tags"][0], []).append(_operation(path, method, said))
    return dict(sorted(found.items()))


def _operation(path: str, method: str, said: dict[str, Any]) -> Operation:
    content = dict(said.get("requestBody", {}).get("content", {}))
    body = content.pop("application/json", {})
    parameters = [
        Told(one["name"], _kind(one["schema"]), one["required"], _said(one))
        for one in said["parameters"]
    ]
    if content:
        # A file is its own body: what kinds of it are taken.
        parameters.append(Told("Content-Type", ", ".join(content), True, ""))
    bodies = _bodies(body["schema"]) if body else []
    return Operation(said["operationId"], method.upper(), path, said["summary"], parameters, bodies)


def _bodies(schema: dict[str, Any], place: str = "") -> list[tuple[str, list[Told]]]:
    """Each shape that a body may have, with its fields; of a list, those of its rows."""
    schema = _known(schema)
    if "oneOf" in schema:
        return [
            (_known(part)["title"], told)
            for part in schema["oneOf"]
            for _, told in _bodies(part, place)
        ]
    fields = schema.get("properties", {})
    rows = [one["items"] for one in fields.values() if one.get("type") == "array"]
    if len(fields) == 1 and rows:
        return _bodies(rows[0], f"{place}{next(iter(fields))}[].")
    needed = schema.get("required", [])
    told = [_told(f"{place}{name}", one, name in needed) for name, one in fields.items()]
    inner = [_known(one) for one in fields.values() if "$ref" in one]
    further = [("entry", _bodies(one, "entry.")[0][1]) for one in inner if "properties" in one]
    return [("", told), *further]


def _told(name: str, schema: dict[str, Any], is_needed: bool) -> Told:
    return Told(name, _kind(schema), is_needed, _said(schema))


def _said(schema: dict[str, Any]) -> str:
    # In the reader's language where the form of a page has the same field.
    parts = (schema.get("title"), schema.get("description"))
    return ": ".join(gettext(part) for part in parts if part)


def _kind(schema: dict[str, Any]) -> str:
    known = _known(schema)
    if "anyOf" in known:
        return " | ".join(_kind(part) for part in known["anyOf"])
    if "const" in known:
        return str(known["const"])
    if "enum" in known:
        return " | ".join(map(str, known["enum"]))
    if known.get("type") == "array":
        return f"[{_kind(known['items'])}]"
    return str(known.get("format") or known.get("type", ""))


def _known(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = outline()["components"]["schemas"][name] if name else schema
    return found

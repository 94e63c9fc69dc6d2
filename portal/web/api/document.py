"""The document of the API, OpenAPI 3.1: what the library made of the views, mended.

The library writes what each view says of itself. Added here are what it cannot know: each register
by its own model, problems as ``application/problem+json``, and the headers of requests and answers.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any, Final

from portal.registers.register import REGISTERS, Register
from portal.web.api.problems import MEDIA as PROBLEM
from portal.web.api.schemas import OF_ALL, OF_REGISTER, REF, Schema, Schemas, tidy
from portal.web.api.shapes import entries_out, entry_out
from portal.web.api.slices import filters_of
from portal.web.api.tree import TREE, ProblemOut
from portal.web.workbooks import XLSX

_OURS: Final = "/api/v1"
_ALWAYS: Final = (400, 401, 403, 404, 405, 406, 429, 503)
_WRITING: Final = (409, 413, 415, 422)
_SEEN: Final = (412, 428)
_MATCHES: Final = {"add_version": True, "add_voiding": True, "add_event": False}
"""Which views read If-Match, and whether they must have it."""
_PLACES: Final[dict[str, Schema]] = {
    "period": {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"},
    "key": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "name": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "number": {"type": "string", "minLength": 1, "maxLength": 60},
    "version": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
}
_HEADERS: Final = {
    "RateLimit": "How many requests are left in this window, and for how many seconds (r, t).",
    "RateLimit-Policy": "How many in how many seconds (q, w).",
    "X-Request-Id": "The number of the request.",
}


@cache
def document() -> bytes:
    """The document's bytes."""
    return json.dumps(outline(), ensure_ascii=False, indent=1).encode()


@cache
def outline() -> dict[str, Any]:
    """The document as a mapping; nobody changes it."""
    made: dict[str, Any] = copy.deepcopy(TREE.spec)
    schemas = Schemas({name: tidy(one) for name, one in made["components"]["schemas"].items()})
    schemas.named(ProblemOut, "serialization")
    paths: dict[str, Any] = {}
    for path, item in sorted(made["paths"].items()):
        if "{slug}" not in path:
            paths[path] = _of_all(item, schemas)
            continue
        for register in REGISTERS.values():
            paths[path.replace("{slug}", register.slug)] = _of_register(item, register, schemas)
    for item in paths.values():
        for method, operation in item.items():
            _mend(method, operation)
    made["paths"] = paths
    made["components"]["schemas"] = dict(sorted(schemas.known.items()))
    made["components"]["responses"] = {"Problem": _problem()}
    return made


def _of_register(item: Schema, register: Register, schemas: Schemas) -> Schema:
    made = copy.deepcopy(item)
    for operation in made.values():
        view = operation["operationId"]
        if view in OF_REGISTER:
            operation["requestBody"] = _body(OF_REGISTER[view](schemas, register))
        if view == "add_file":
            operation["requestBody"] = _files()
        if view == "mending":
            operation["responses"]["200"] = _answer({}, XLSX)
        if view in {"index", "show"}:
            model = entries_out(register) if view == "index" else entry_out(register)
            operation["responses"]["200"] = _answer(schemas.named(model, "serialization"))
        operation["parameters"] = [one for one in operation["parameters"] if one["name"] != "slug"]
        if view == "index":
            operation["parameters"] += [_filter(name, register) for name in register.filters]
        operation["tags"] = [register.slug.capitalize()]
        operation["view"], operation["operationId"] = view, f"{register.slug}_{view}"
    return made


def _filter(name: str, register: Register) -> Schema:
    # Which lists there are is the policy's to say, and changes with it.
    codes = filters_of(register)[name]
    schema = {"type": "string", "enum": codes} if codes else {"type": "string"}
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _of_all(item: Schema, schemas: Schemas) -> Schema:
    for operation in item.values():
        view = operation["view"] = operation["operationId"]
        if view in OF_ALL:
            operation["requestBody"] = _body(OF_ALL[view](schemas))
        if view in {"certificate", "report"}:
            operation["responses"]["200"] = _answer({}, "application/pdf")
        if view in {"statement", "openapi"}:
            operation["responses"]["200"] = _answer({"type": "object"})
    return item


def _mend(method: str, operation: Schema) -> None:
    view, writes = operation.pop("view"), method == "post"
    _mend_places(view, operation["parameters"])
    statuses = {*_ALWAYS, *(_WRITING if writes else ()), *(_SEEN if view in _MATCHES else ())}
    if operation.get("security") == []:
        statuses = {400, 406, 429, 503}
    operation["parameters"] += _asked_headers(view, writes=writes)
    answers = {code: one for code, one in operation["responses"].items() if code < "300"}
    for one in answers.values():
        one["headers"] = _told_headers(writes=writes)
    if view in {"add_file", "record_file"}:
        answers["202"] = {**answers["201"], "description": "A worker does it: ask again."}
    if view == "record":
        answers["200"] = {**answers["201"], "description": "It had been recorded before as it is."}
    if not writes:
        answers["304"] = {"description": "The reader has it."}
    problems = {str(code): {"$ref": "#/components/responses/Problem"} for code in statuses}
    operation["responses"] = dict(sorted({**answers, **problems}.items()))


def _mend_places(view: str, places: list[Schema]) -> None:
    for place in places:
        if place["in"] == "path":
            known = {"type": "string", "maxLength": 10} if view == "policy_version" else None
            place["schema"] = known or _PLACES[place["name"]]
        if not place.get("description"):
            place.pop("description", None)


def _asked_headers(view: str, *, writes: bool) -> list[Schema]:
    text = {"type": "string", "pattern": "^[!-~]{8,200}$"}
    made = []
    if writes:
        said = "A name for this act, of your own; sent again with it, it is done once."
        made.append({"name": "Idempotency-Key", "required": True, "schema": text} | _said(said))
    if view in _MATCHES:
        said = "The ETag of what you saw."
        etag = {"name": "If-Match", "required": _MATCHES[view], "schema": {"type": "string"}}
        made.append(etag | _said(said))
    return [{"in": "header", **one} for one in made]


def _said(text: str) -> dict[str, str]:
    return {"description": text}


def _told_headers(*, writes: bool) -> Schema:
    more = {"Idempotency-Replayed": "?1: this was answered before."} if writes else {}
    told = {**_HEADERS, "ETag": "By what it is known.", **more}
    return {
        name: {"description": said, "schema": {"type": "string"}} for name, said in told.items()
    }


def _body(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _files() -> Schema:
    text: Schema = {"schema": {"type": "string"}}
    binary: Schema = {"schema": {"type": "string", "format": "binary"}}
    return {"required": True, "content": {"text/csv": text, XLSX: binary}}


def _answer(schema: Schema, media: str = "application/json") -> Schema:
    return {"description": "OK", "content": {media: {"schema": schema}}}


def _problem() -> Schema:
    schema = {"$ref": REF.format(model=ProblemOut.__name__)}
    return {
        "description": "Not taken; nothing was changed.",
        "content": {PROBLEM: {"schema": schema}},
    }

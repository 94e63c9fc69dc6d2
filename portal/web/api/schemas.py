"""The JSON Schemas of what is sent, made of the models that check it (design §4.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel

from portal.registers.inputs_progress import PROGRESS_INPUTS
from portal.registers.register import Register
from portal.registers.sides.inputs import ANSWER_INPUTS
from portal.web.api.batches import MOST_ENTRIES
from portal.web.api.entries import Correcting
from portal.web.api.events import MOST_EVENTS

Schema = dict[str, Any]
REF: Final = "#/components/schemas/{model}"
_KEY: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}


class Schemas:
    """The schemas of a document by name, as they are asked for."""

    def __init__(self, known: dict[str, Schema]) -> None:
        self.known = known

    def named(self, model: type[BaseModel], mode: Any = "validation") -> Schema:
        """A reference to a model's schema; those inside it are kept by their own names."""
        made = model.model_json_schema(ref_template=REF, mode=mode)
        for name, inner in made.pop("$defs", {}).items():
            self.known[name] = tidy(inner)
        self.known[model.__name__] = tidy(made)
        return {"$ref": REF.format(model=model.__name__)}

    def chosen(self, models: Mapping[Any, type[BaseModel]], by: str, **more: Schema) -> Schema:
        """One of several models, told apart by a code; ``more`` are further fields, needed, too."""
        parts = []
        for code, model in models.items():
            self.named(model)
            part = dict(self.known.pop(model.__name__))
            told = {by: {"const": str(code), "type": "string"}, **more}
            part["properties"] = {**told, **part["properties"]}
            part["required"] = [*told, *part.get("required", [])]
            name = f"{model.__name__.removesuffix('In')}{by.title()}{''.join(more).title()}"
            self.known[name] = part | {"title": str(code)}
            parts.append({"$ref": REF.format(model=name)})
        return {"oneOf": parts}


def tidy(schema: Any) -> Any:
    """A schema as a reader of the document needs it: without words for our own forms, and the
    category, which follows from the legal basis, not asked for.
    """
    if isinstance(schema, list):
        return [tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        _NAMES.get(name, name): tidy(told) for name, told in schema.items() if name not in _OURS
    }
    if "category" in kept.get("properties", {}) and "required" in kept:
        kept["required"] = [name for name in kept["required"] if name != "category"]
    return kept


# What the model's library leaves as it calls it itself.
_NAMES: Final = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
}
# That a set is sent with something twice in it harms nobody.
_OURS = frozenset({"x-widget", "uniqueItems"})


def _list_of(schema: Schema, name: str, most: int) -> Schema:
    rows = {"type": "array", "items": schema, "minItems": 1, "maxItems": most}
    return {"type": "object", "properties": {name: rows}, "required": [name]}


def _correcting(schemas: Schemas, register: Register) -> Schema:
    made = Correcting.model_json_schema(ref_template=REF)
    schemas.known |= {name: tidy(inner) for name, inner in made.pop("$defs", {}).items()}
    made["properties"]["entry"] = schemas.named(register.input)
    return made


def _event(schemas: Schemas, **more: Schema) -> Schema:
    return schemas.chosen(PROGRESS_INPUTS, "kind", **more)


OF_REGISTER: Final[dict[str, Callable[[Schemas, Register], Schema]]] = {
    "record": lambda schemas, register: schemas.named(register.input),
    "record_batch": lambda schemas, register: _list_of(
        schemas.named(register.input), "entries", MOST_ENTRIES
    ),
    "add_version": _correcting,
}
"""The bodies that differ by register, by view."""

OF_ALL: Final[dict[str, Callable[[Schemas], Schema]]] = {
    "add_event": _event,
    "add_events": lambda schemas: _list_of(_event(schemas, key=_KEY), "events", MOST_EVENTS),
    "answer_notice": lambda schemas: schemas.chosen(ANSWER_INPUTS, "answer"),
}
"""The bodies that are one of several."""

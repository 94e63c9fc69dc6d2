"""A policy pack: a folder of TOML files with the plans, policies, bodies and days of a country."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from portal.canonical import canonical
from portal.errors import Refusal
from portal.policy.document import Policy, read_policy
from portal.policy.framework import Body, DayOverride, Framework
from portal.policy.parts import Part

_P = TypeVar("_P", bound=Part)
_QUOTES = 'a day is written in quotes, as text: "2026-01-31"'


class FaultyPack(Refusal):
    """A file of the pack cannot be used; ``problems`` says where and why, all at once."""

    code = "faulty-pack"

    def __init__(self, file: str, problems: Iterable[str]) -> None:
        super().__init__(file=file, problems="; ".join(problems))


class UnknownPack(Refusal):
    """No pack of this name is shipped."""

    code = "unknown-pack"


@dataclass(frozen=True)
class Pack:
    """A pack as read; the documents that are kept whole stand beside their canonical bytes."""

    name: str
    frameworks: Mapping[bytes, Framework]
    policies: Mapping[bytes, Policy]
    bodies: tuple[Body, ...]
    days: tuple[DayOverride, ...]


def shipped() -> dict[str, Traversable]:
    """The packs that come with the portal, by name."""
    folders = files("portal.policy.packs").iterdir()
    return {folder.name: folder for folder in folders if (folder / "framework.toml").is_file()}


def shipped_pack(name: str) -> Traversable:
    """The shipped pack of a name; raises UnknownPack."""
    packs = shipped()
    if name not in packs:
        raise UnknownPack("pack", name=name, known=sorted(packs))
    return packs[name]


def read_pack(folder: Traversable) -> Pack:
    """Read and check every file of a pack; raises FaultyPack."""
    names = sorted(f.name for f in folder.iterdir() if f.name.startswith("policy-"))
    if not names:
        raise FaultyPack(folder.name, ["the pack has no policy-*.toml"])
    policies = [_policy(folder, name) for name in names]
    return Pack(
        name=folder.name,
        frameworks=dict(_parts(folder, "framework.toml", "framework", Framework)),
        policies=dict(policies),
        bodies=tuple(body for _, body in _parts(folder, "bodies.toml", "body", Body)),
        days=tuple(day for _, day in _parts(folder, "calendar.toml", "day", DayOverride)),
    )


def _policy(folder: Traversable, name: str) -> tuple[bytes, Policy]:
    # The document is what the file says, completed from its base; not what our model makes of it:
    # a model that learns a new field must not change the digest of a policy already in force.
    try:
        document = canonical(_with_base(folder, name))
        return document, read_policy(document)
    except TypeError:
        raise FaultyPack(name, [_QUOTES]) from None
    except ValidationError as error:
        raise FaultyPack(name, _sentences(error)) from None


def _with_base(folder: Traversable, name: str, *, above: tuple[str, ...] = ()) -> dict[str, Any]:
    values = _toml(folder, name)
    base = values.pop("base", None)
    if base is None:
        return values
    if base in (*above, name):
        raise FaultyPack(name, [f"{base} rests on itself"])
    return _merged(_with_base(folder, base, above=(*above, name)), values)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """The base with what the other says instead: tables are merged, all else is replaced."""
    both = dict(base)
    for key, value in over.items():
        inner = both.get(key)
        tables = isinstance(inner, dict) and isinstance(value, dict)
        both[key] = _merged(cast(dict[str, Any], inner), value) if tables else value
    return both


def _parts(folder: Traversable, name: str, key: str, model: type[_P]) -> list[tuple[bytes, _P]]:
    try:
        documents = [canonical(values) for values in _toml(folder, name).get(key, [])]
        return [(document, model.model_validate_json(document)) for document in documents]
    except TypeError:
        raise FaultyPack(name, [_QUOTES]) from None
    except ValidationError as error:
        raise FaultyPack(name, _sentences(error)) from None


def _toml(folder: Traversable, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FaultyPack(name, [str(error)]) from None


def _sentences(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False):
        place = ".".join(str(step) for step in fault["loc"])
        yield f"{place}: {fault['msg']}" if place else fault["msg"]

"""Listening to the house at work: what it was called with, and which SQL it sent meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, event


@dataclass
class Heard:
    """Calls of one function (their arguments by place), and every statement sent during them with
    its parameters, ready for the driver.
    """

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    statements: list[tuple[str, Any]] = field(default_factory=list)
    is_inside: bool = False


@contextmanager
def listening(
    module: ModuleType, name: str, connection: Connection | None = None
) -> Iterator[Heard]:
    """Hear each call of a module's function that others make by the module's name."""
    heard, original = Heard(), getattr(module, name)

    def called(*args: Any, **options: Any) -> Any:
        heard.calls.append(args)
        heard.is_inside = True
        try:
            return original(*args, **options)
        finally:
            heard.is_inside = False

    def sent(*args: Any) -> None:
        if heard.is_inside:
            heard.statements.append((args[2], args[3]))

    if connection is not None:
        event.listen(connection, "before_cursor_execute", sent)
    setattr(module, name, called)
    try:
        yield heard
    finally:
        setattr(module, name, original)
        if connection is not None:
            event.remove(connection, "before_cursor_execute", sent)
    # Silence would mean that the house does its work by another way, and a reference of nothing.
    assert heard.calls

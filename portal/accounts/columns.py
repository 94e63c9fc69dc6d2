"""How desks and scopes are kept: a column type each, and the rule of what a set holds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from sqlalchemy import String, TypeDecorator
from sqlalchemy.engine import Dialect

from portal.accounts.permissions import Desk
from portal.accounts.reach import Scope


class DeskSet(TypeDecorator[frozenset[Desk]]):
    """Some desks, kept as one text: their codes in the order of the list, a comma between."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: frozenset[Desk] | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else _spelled(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[Desk] | None:
        del dialect
        return None if value is None else frozenset(map(Desk, value.split(",")))


class ScopeSet(TypeDecorator[frozenset[Scope]]):
    """Some scopes or none, kept as one text: their codes in the order of the list, a comma between;
    empty for none.
    """

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: frozenset[Scope] | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else ",".join(one for one in Scope if one in value)

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[Scope] | None:
        del dialect
        return None if value is None else frozenset(map(Scope, filter(None, value.split(","))))


def _spelled(desks: Iterable[Desk]) -> str:
    held = set(desks)
    return ",".join(desk for desk in Desk if desk in held)


def some_of(*desks: Desk) -> str:
    """The rule that a column ``desks`` holds some of these, and nothing else."""
    sets = [some for size in range(1, len(desks) + 1) for some in combinations(desks, size)]
    return f"desks IN ({', '.join(repr(_spelled(some)) for some in sets)})"

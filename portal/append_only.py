"""Tables that only grow, and the triggers that hold them to it on each engine."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from portal.db import Base

# A text gives way to a mark, and its salt to the commitment over both, if that was written down.
_GIVES_WAY = (
    "length(OLD.{salt}) = 16 AND length(NEW.{salt}) = 32 AND NEW.{salt} = {commitment_old}"
    " AND EXISTS (SELECT 1 FROM withheld w WHERE w.place = '{place}' AND w.line = OLD.digest"
    " AND w.field = '{field}' AND w.commitment = NEW.{salt} AND w.mark = NEW.{field}"
    " AND w.ended_seq IS NULL)"
)
# And it comes back, the very same, as long as it is kept.
_COMES_BACK = (
    "length(OLD.{salt}) = 32 AND length(NEW.{salt}) = 16 AND OLD.{salt} = {commitment_new}"
    " AND EXISTS (SELECT 1 FROM withheld w WHERE w.place = '{place}' AND w.line = OLD.digest"
    " AND w.field = '{field}' AND w.mark = OLD.{field} AND w.text = NEW.{field}"
    " AND w.salt = NEW.{salt} AND w.ended_seq IS NULL)"
)
_COMMITMENT = {
    "sqlite": "commitment({row}.{salt}, {row}.{field})",
    "postgresql": "sha256({row}.{salt} || convert_to({row}.{field}, 'UTF8'))",
}


@dataclass(frozen=True)
class Rules:
    """What an append-only table allows: ``growing`` columns may be filled, once; of ``sealed``
    texts each with its salt may be withheld and shown again (chairs B2); ``emptied`` columns may
    change as their condition says: let go of what they hold, all at once.
    """

    growing: tuple[str, ...]
    sealed: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    emptied_if: str = ""

    @property
    def may_change(self) -> tuple[str, ...]:
        """Every column that an update may touch at all."""
        pairs = tuple(name for field in self.sealed for name in (field, f"{field}_salt"))
        return (*self.growing, *pairs, *self.emptied)


def append_only_ddl(
    table: Table, growing: tuple[str, ...], dialect: str, rules: Rules | None = None
) -> list[str]:
    """The statements that let a table only grow: no delete, and of its columns only ``growing``
    may be filled, once; or what ``rules`` allow.
    """
    made = _sqlite_triggers if dialect == "sqlite" else _postgresql_triggers
    return made(table, rules or Rules(growing))


def _withholding(place: str, field: str, dialect: str) -> str:
    """The condition under which a sealed text may change, in SQL."""
    names = {"place": place, "field": field, "salt": f"{field}_salt"}
    said = {
        f"commitment_{row.lower()}": _COMMITMENT[dialect].format(row=row, **names)
        for row in ("OLD", "NEW")
    }
    both = (f"({text.format(**names, **said)})" for text in (_GIVES_WAY, _COMES_BACK))
    return " OR ".join(both)


def _sqlite_triggers(table: Table, rules: Rules) -> list[str]:
    name, stop = table.name, f"SELECT RAISE(ABORT, '{table.name} is append-only');"
    fixed = ", ".join(f'"{c.name}"' for c in table.columns if c.name not in rules.may_change)
    ddl = [
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN {stop} END",
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE OF {fixed} ON {name} BEGIN {stop} END",
    ]
    ddl += [
        f"CREATE TRIGGER {name}_{column}_once BEFORE UPDATE OF {column} ON {name} "
        f"WHEN OLD.{column} IS NOT NULL BEGIN {stop} END"
        for column in rules.growing
    ]
    ddl += [
        f"CREATE TRIGGER {name}_{field}_withheld BEFORE UPDATE OF {field}, {field}_salt ON {name} "
        f"WHEN ({_withholding(name, field, 'sqlite')}) IS NOT TRUE BEGIN {stop} END"
        for field in rules.sealed
    ]
    if rules.emptied:
        ddl.append(
            f"CREATE TRIGGER {name}_emptied BEFORE UPDATE OF {', '.join(rules.emptied)} ON {name} "
            f"WHEN ({rules.emptied_if}) IS NOT TRUE BEGIN {stop} END"
        )
    return ddl


def _postgresql_triggers(table: Table, rules: Rules) -> list[str]:
    name = table.name
    kept = [
        f"NEW.{c.name} IS DISTINCT FROM OLD.{c.name}"
        for c in table.columns
        if c.name not in rules.may_change
    ]
    once = [f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in rules.growing]
    function = (
        f"CREATE FUNCTION {name}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'UPDATE' THEN RAISE EXCEPTION '{name} is append-only'; END IF; "
        f"IF {' OR '.join(kept + once + _postgresql_conditions(name, rules))} "
        f"THEN RAISE EXCEPTION '{name} is append-only'; END IF; "
        f"RETURN NEW; END $$"
    )
    rows = (
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_append_only()"
    )
    whole = (
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_append_only()"
    )
    return [function, rows, whole]


def _postgresql_conditions(place: str, rules: Rules) -> list[str]:
    allowed: list[tuple[tuple[str, ...], str]] = [
        ((field, f"{field}_salt"), _withholding(place, field, "postgresql"))
        for field in rules.sealed
    ]
    if rules.emptied:
        allowed.append((rules.emptied, rules.emptied_if))
    return [
        f"(({' OR '.join(f'NEW.{name} IS DISTINCT FROM OLD.{name}' for name in names)})"
        f" AND ({condition}) IS NOT TRUE)"
        for names, condition in allowed
    ]


def all_append_only_ddl(dialect: str) -> list[str]:
    """The append-only statements of every table that declares ``__growing__``."""
    ddl: list[str] = []
    for table, rules in append_only_tables():
        if rules is not None:
            ddl += append_only_ddl(table, rules.growing, dialect, rules)
    return ddl


def append_only_tables() -> list[tuple[Table, Rules | None]]:
    """Every table, by name, with what it allows; None where all may change."""
    found = [
        (mapper.local_table, _rules(mapper.class_))
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
    ]
    return sorted(found, key=lambda pair: pair[0].name)


def _rules(table: type[Base]) -> Rules | None:
    if table.__growing__ is None:
        return None
    sealed = getattr(table, "__sealed__", ())
    return Rules(table.__growing__, sealed, table.__emptied__, table.__emptied_if__)

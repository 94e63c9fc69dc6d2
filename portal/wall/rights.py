"""The wall as SQL: roles that own nothing, their rights, row security on every table; and what is
asked before production serves behind it.
"""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Connection, Table, text

from portal.append_only import Rules, append_only_tables
from portal.wall.policies import Policy, policies
from portal.wall.queue import raise_queue
from portal.wall.standing import Position

_ROLE: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_POSITIONS: Final = ", ".join(Position)
# The one table that is written past a session, before anybody stands anywhere.
_COUNTED: Final = "tally"

_LOWER: Final = """DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
    EXECUTE 'DROP POLICY ' || quote_ident(found.policyname)
      || ' ON ' || quote_ident(found.tablename);
  END LOOP;
END $$"""
_MAKE: Final = """DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} NOLOGIN NOINHERIT;
  END IF;
END $$"""
# A role that inherits a position is bound by its policies without taking it, all at once. From
# PostgreSQL 16 on that stands at the membership, before it at the member.
_ENTRUST: Final = """DO $$ BEGIN
  IF current_setting('server_version_num')::int >= 160000 THEN
    EXECUTE 'GRANT {positions} TO {role} WITH INHERIT FALSE, SET TRUE';
  ELSE
    EXECUTE 'GRANT {positions} TO {role}';
  END IF;
END $$"""
_FAULTS: Final = """
SELECT 'is a superuser' FROM pg_roles WHERE rolname = session_user AND rolsuper
UNION ALL SELECT 'passes by row security (BYPASSRLS)' FROM pg_roles
  WHERE rolname = session_user AND rolbypassrls AND NOT rolsuper
UNION ALL SELECT 'owns ' || count(*) || ' tables' FROM pg_tables
  WHERE schemaname = 'public' AND tableowner = session_user HAVING count(*) > 0
UNION ALL SELECT 'has rights of its own on ' || string_agg(relname, ', ') FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> ALL (:left)
    AND pg_get_userbyid(relowner) <> session_user
    AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
    AND has_table_privilege(session_user, oid, 'SELECT, INSERT, UPDATE, DELETE')
  HAVING count(*) > 0
UNION ALL SELECT 'inherits ' || name FROM unnest(CAST(:positions AS text[])) AS name, pg_roles r
  WHERE r.rolname = name AND pg_has_role(session_user, r.oid, 'USAGE')
    AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
UNION ALL SELECT 'may not stand as ' || name FROM unnest(CAST(:positions AS text[])) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = name
    AND pg_has_role(session_user, r.oid, 'MEMBER'))
UNION ALL SELECT 'finds no row security on ' || string_agg(relname, ', ') FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity
    AND relname <> ALL (:left) HAVING count(*) > 0
"""


class RolesMissing(Exception):
    """The roles of the wall are not there, and whoever asks may not create any."""

    def __init__(self, missing: list[str]) -> None:
        made = "\n".join(f"CREATE ROLE {role} NOLOGIN NOINHERIT;" for role in missing)
        super().__init__(
            "Roles are missing that row-level security needs, and the role of DATABASE_URL may not"
            f" create any. Let somebody who may run this, then upgrade again:\n{made}"
        )


def roles_ddl() -> list[str]:
    """One role a position: it owns nothing, signs in nowhere, passes by nothing."""
    return [_MAKE.format(role=role) for role in Position]


def wall_ddl() -> list[str]:
    """The positions' rights on every table, and its policies; in place of those there were."""
    tables = append_only_tables()
    ddl = [_LOWER, f"GRANT USAGE ON SCHEMA public TO {_POSITIONS}"]
    ddl += [f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {_POSITIONS}"]
    ddl += [f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_POSITIONS}"]
    for table, rules in tables:
        ddl += [_granted(table, rules), f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"]
        ddl += [_created(policy) for policy in policies(table)]
    return ddl


def rights_ddl(role: str) -> list[str]:
    """What lets a PostgreSQL role that owns nothing serve the portal: it may take each position and
    holds nothing itself. Raises ValueError for what is no name of a role.
    """
    if not _ROLE.fullmatch(role):
        msg = f"{role!r} is not a name of a role: letters a to z, digits and _"
        raise ValueError(msg)
    return [
        *roles_ddl(),
        *wall_ddl(),
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {_COUNTED} TO {role}",
        f"ALTER ROLE {role} NOINHERIT",
        _entrusted(role),
    ]


def raise_wall(connection: Connection) -> None:
    """Raise the wall in a database whose tables are there; again after each change of them.

    Raises RolesMissing, QueueMissing where what lacks may not be created on this connection.
    """
    found = connection.scalars(
        text("SELECT rolname FROM pg_roles WHERE rolname = ANY (:names)"), {"names": list(Position)}
    )
    missing = sorted({*Position} - {*found})
    if missing and not connection.scalar(
        text("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
    ):
        raise RolesMissing(missing)
    # Who makes the roles may stand as them: a portal that is tried out runs as its tables' owner.
    made = [*roles_ddl(), _entrusted("CURRENT_USER")] if missing else []
    for statement in [*made, *wall_ddl()]:
        connection.exec_driver_sql(statement)
    raise_queue(connection)


def lower_wall(connection: Connection) -> None:
    """Take the policies away, so that tables can change; until they are there again the positions
    see nothing at all.
    """
    connection.exec_driver_sql(_LOWER)


def faults(connection: Connection) -> list[str]:
    """Why the role that is signed in with does not stand behind the wall; none where it does."""
    known = {"positions": list(Position), "left": [_COUNTED, "alembic_version"]}
    return list(connection.scalars(text(_FAULTS), known))


def _entrusted(role: str) -> str:
    return _ENTRUST.format(positions=_POSITIONS, role=role)


def _granted(table: Table, rules: Rules | None) -> str:
    rights = "SELECT, INSERT" if rules is not None else "SELECT, INSERT, UPDATE, DELETE"
    if rules is not None and rules.may_change:
        rights += f", UPDATE ({', '.join(rules.may_change)})"
    return f"GRANT {rights} ON {table.name} TO {_POSITIONS}"


def _created(policy: Policy) -> str:
    head = f"CREATE POLICY {policy.name} ON {policy.table} FOR {policy.command}"
    rows = f"({policy.rows})"
    using = "" if policy.command == "INSERT" else f" USING {rows}"
    check = "" if policy.command in {"SELECT", "DELETE"} else f" WITH CHECK {rows}"
    return f"{head} TO {', '.join(policy.roles) or 'PUBLIC'}{using}{check}"

"""What production refuses to serve behind: a role that the wall does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from portal.app import create_app
from portal.settings import read_settings
from portal.wall import Position, QueueMissing, RolesMissing, faults, raise_wall
from portal.wall.queue import raise_queue
from tests.engines import APP_ROLE, PostgreSQL

AS_THE_APP = f"SET SESSION AUTHORIZATION {APP_ROLE}"


@pytest.fixture
def spoiling(owners: Engine) -> Iterator[Connection]:
    """The owner's connection; whatever it spoils is undone."""
    with owners.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def test_the_apps_own_role_stands_behind_the_wall(spoiling: Connection) -> None:
    spoiling.execute(text(AS_THE_APP))

    assert faults(spoiling) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (f"ALTER ROLE {APP_ROLE} SUPERUSER", "is a superuser"),
        (f"ALTER ROLE {APP_ROLE} BYPASSRLS", "passes by row security (BYPASSRLS)"),
        (f"ALTER TABLE takedown OWNER TO {APP_ROLE}", "owns 1 tables"),
        (f"GRANT SELECT ON takedown TO {APP_ROLE}", "has rights of its own on takedown"),
        (f"GRANT portal_authority TO {APP_ROLE} WITH INHERIT TRUE", "inherits portal_authority"),
        (f"REVOKE portal_isp FROM {APP_ROLE}", "may not stand as portal_isp"),
        ("ALTER TABLE takedown DISABLE ROW LEVEL SECURITY", "finds no row security on takedown"),
    ],
)
def test_each_way_past_it_is_named(spoiling: Connection, spoil: str, said: str) -> None:
    spoiling.execute(text(spoil))
    spoiling.execute(text(AS_THE_APP))

    assert said in faults(spoiling)


def test_who_inherits_a_position_would_have_it_everywhere(spoiling: Connection) -> None:
    spoiling.execute(text(AS_THE_APP))
    with pytest.raises(DBAPIError, match="permission denied"), spoiling.begin_nested():
        spoiling.execute(text("SELECT count(*) FROM filing"))

    spoiling.execute(text("RESET SESSION AUTHORIZATION"))
    spoiling.execute(text(f"GRANT portal_authority TO {APP_ROLE} WITH INHERIT TRUE"))
    spoiling.execute(text(AS_THE_APP))

    assert spoiling.scalar(text("SELECT count(*) FROM filing")) == 2


def test_an_owner_who_may_make_no_roles_is_told_what_to_have_run(spoiling: Connection) -> None:
    spoiling.execute(text("ALTER ROLE portal_door RENAME TO portal_door_no_more"))
    spoiling.execute(text(AS_THE_APP))

    with pytest.raises(RolesMissing, match="CREATE ROLE portal_door NOLOGIN NOINHERIT;") as told:
        raise_wall(spoiling)
    assert "portal_isp" not in str(told.value)


def test_the_queue_of_wake_ups_is_the_systems_alone(spoiling: Connection) -> None:
    spoiling.execute(text(AS_THE_APP))
    for position in Position:
        spoiling.execute(text(f"SET ROLE {position}"))
        if position == Position.SYSTEM:
            assert spoiling.scalar(text("SELECT count(*) FROM portal_queue.huey_task")) == 0
            continue
        with pytest.raises(DBAPIError, match="permission denied"), spoiling.begin_nested():
            spoiling.execute(text("SELECT data FROM portal_queue.huey_task"))

    spoiling.execute(text("RESET SESSION AUTHORIZATION"))
    spoiling.execute(text("DROP SCHEMA portal_queue CASCADE"))
    raise_queue(spoiling)
    spoiling.execute(text("DROP SCHEMA portal_queue CASCADE"))
    spoiling.execute(text(AS_THE_APP))
    with pytest.raises(QueueMissing, match=f"SCHEMA portal_queue AUTHORIZATION {APP_ROLE};"):
        raise_queue(spoiling)


def test_the_positions_own_nothing_and_pass_by_nothing(spoiling: Connection) -> None:
    known = {"positions": list(Position)}
    weak = spoiling.scalars(
        text(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY (:positions) AND NOT (rolsuper"
            " OR rolbypassrls OR rolcanlogin OR rolcreaterole OR rolcreatedb OR rolinherit)"
        ),
        known,
    )
    owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = ANY (:positions)"

    assert set(weak) == set(Position)
    assert spoiling.scalar(text(owned), known) == 0


def served(url: str, folder: Path) -> Iterator[FlaskClient]:
    told = {"DATABASE_URL": url, "INSTANCE": str(folder), "SECRET_KEY": "test " * 8}
    app = create_app(replace(read_settings(told, folder), production=True))
    yield app.test_client()
    app.extensions["engine"].dispose()


def test_production_is_served_behind_the_wall(postgresql: PostgreSQL, tmp_path: Path) -> None:
    for client in served(postgresql.app_url, tmp_path):
        assert client.get("/health/ready").status_code == 200
        assert client.get("/login").status_code == 200
        worker = client.application.test_cli_runner().invoke(args=["worker", "--once"])
        assert (worker.exit_code, worker.output) == (0, "0 done.\n")


def test_production_serves_nothing_as_an_owner_of_its_tables(
    postgresql: PostgreSQL, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for client in served(postgresql.url, tmp_path):
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 503
        assert "The portal is not ready yet" in client.get("/login").text
        worker = client.application.test_cli_runner().invoke(args=["worker", "--once"])
        assert (worker.exit_code, "role is a superuser" in worker.output) == (1, True)
    assert "is a superuser" in capsys.readouterr().err

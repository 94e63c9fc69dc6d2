"""The `flask db` commands: numbered migrations that lead to the tables of the models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy import Engine

from portal.db import Base
from portal.folders import folder
from portal.wall import QueueMissing, RolesMissing, lower_wall, raise_wall


class Migrations(Alembic):
    """Flask-Alembic with revisions counted 0001, 0002 and on, as they follow one another."""

    def rev_id(self) -> str:
        return f"{len(list(self.script_directory.walk_revisions())) + 1:04d}"

    def run_migrations(self, fn: Callable[..., Any], **kwargs: Any) -> None:
        """Run the steps between lowering the second wall and raising it anew, as one transaction.

        Who sees which rows is no history: it is said by the tables as they are, once they are.
        """

        def behind_no_wall(revision: Any, context: Any) -> Iterator[Any]:
            lower_wall(context.connection)
            yield from fn(revision, context)
            if set(context.get_current_heads()) == set(self.script_directory.get_heads()):
                raise_wall(context.connection)

        on_postgresql = self.migration_context.dialect.name == "postgresql"
        steps: Callable[..., Any] = behind_no_wall if on_postgresql else fn
        try:
            super().run_migrations(steps, **kwargs)
        except (RolesMissing, QueueMissing) as lacking:
            raise click.ClickException(str(lacking)) from lacking


def init_app(app: Flask, engine: Engine) -> None:
    """Add `flask db upgrade`, `downgrade`, `check` and the rest, for this engine."""
    app.config["ALEMBIC"] = {"script_location": str(folder("migrations"))}
    # SQLite changes a table by making it anew (batch); and it can undo DDL, so all or nothing.
    app.config["ALEMBIC_CONTEXT"] = {"render_as_batch": True, "transactional_ddl": True}
    Migrations(app, metadatas=Base.metadata, engines=engine, run_mkdir=False)

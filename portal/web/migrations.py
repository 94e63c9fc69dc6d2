"""The `flask db` commands: numbered migrations that lead to the tables of the models."""

from __future__ import annotations

from flask import Flask
from flask_alembic import Alembic
from sqlalchemy import Engine

from portal.db import Base
from portal.folders import folder


class Migrations(Alembic):
    """Flask-Alembic with revisions counted 0001, 0002 and on, as they follow one another."""

    def rev_id(self) -> str:
        return f"{len(list(self.script_directory.walk_revisions())) + 1:04d}"


def init_app(app: Flask, engine: Engine) -> None:
    """Add `flask db upgrade`, `downgrade`, `check` and the rest, for this engine."""
    app.config["ALEMBIC"] = {"script_location": str(folder("migrations"))}
    # SQLite changes a table by making it anew (batch); and it can undo DDL, so all or nothing.
    app.config["ALEMBIC_CONTEXT"] = {"render_as_batch": True, "transactional_ddl": True}
    Migrations(app, metadatas=Base.metadata, engines=engine, run_mkdir=False)

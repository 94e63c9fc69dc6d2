"""The command line ``flask --app wsgi``: commands name their actor and meet every refusal."""

from __future__ import annotations

from flask import Flask

from portal.commands import people, policy, returns, trail

GROUPS = (people.people, policy.policy, returns.returns, trail.trail)


def init_app(app: Flask) -> None:
    """Add every group of commands."""
    for group in GROUPS:
        app.cli.add_command(group)

"""The command line ``flask --app wsgi``: commands name their actor and meet every refusal."""

from __future__ import annotations

from flask import Flask

from portal.commands import (
    certificates,
    demo,
    engagements,
    imports,
    keys,
    licences,
    mail,
    notices,
    organisations,
    people,
    policy,
    redactions,
    releases,
    retention,
    returns,
    reviews,
    trail,
    training,
    verify,
    worker,
)
from portal.settings import Settings

GROUPS = (
    certificates.certificates,
    engagements.engagements,
    imports.import_file,
    keys.keys,
    licences.licences,
    licences.waivers,
    mail.mail,
    notices.notices,
    organisations.organisations,
    people.people,
    policy.policy,
    redactions.redactions,
    releases.releases,
    retention.purge,
    retention.retention,
    returns.returns,
    reviews.reviews,
    trail.trail,
    training.training,
    verify.verify_file,
    worker.jobs,
    worker.worker,
)


def init_app(app: Flask) -> None:
    """Add every group of commands; what makes a demonstration is no part of a real portal."""
    settings: Settings = app.extensions["settings"]
    for group in GROUPS if settings.production else (*GROUPS, demo.demo):
        app.cli.add_command(group)

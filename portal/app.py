"""The application: pure wiring."""

from __future__ import annotations

import os
from datetime import timedelta

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import commands
from portal.folders import PACKAGE, folder
from portal.settings import Settings, read_settings
from portal.web import (
    VIEWS,
    access,
    bell,
    bodies,
    converters,
    errors,
    gate,
    headers,
    keyring,
    language,
    limits,
    logs,
    migrations,
    nav,
    second_wall,
    seen,
    session,
    signatures,
    signin,
    withheld,
)
from portal.web.api.door import bp as api_bp
from portal.web.filing_notice import filing_notice
from portal.web.labels import label
from portal.web.tones import sign, tone


def create_app(settings: Settings | None = None) -> Flask:
    """The portal as a WSGI application. Raises FaultySettings, UnmarkedEndpoint, AccessDiffers."""
    settings = settings or read_settings(os.environ, PACKAGE.parent, keyring.faults_of_key)
    app = Flask(
        "portal", template_folder=str(folder("templates")), static_folder=str(folder("static"))
    )
    _configure(app, settings)
    # The order is the order in which a request meets them: the log, the second wall, its size, how
    # often, its token, its session, its account, the gate.
    signatures.init_app(app)
    logs.init_app(app, settings)
    converters.init_app(app)
    second_wall.init_app(app, settings)
    bodies.init_app(app)
    gate.init_sizes(app)
    limits.init_app(app)
    tokens = CSRFProtect(app)
    session.init_app(app, settings)
    bell.init_app(app)
    migrations.init_app(app, app.extensions["engine"])
    signin.init_app(app, settings)
    gate.init_app(app)
    language.init_app(app)
    nav.init_app(app)
    errors.init_app(app)
    headers.init_app(app, settings)
    Bootstrap5(app)
    _open_doors(app, tokens)
    app.extensions["filing_notice"] = filing_notice
    commands.init_app(app)
    gate.check(app)
    access.check(app)
    return app


def _open_doors(app: Flask, tokens: CSRFProtect) -> None:
    # A program brings no cookie that a page of somebody else's could send along.
    tokens.exempt(api_bp)
    for blueprint in VIEWS:
        app.register_blueprint(blueprint)
    bodies.init_tokens(app, tokens)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        BOOTSTRAP_SERVE_LOCAL=True,
        MAX_CONTENT_LENGTH=256 * 1024,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.session_idle_minutes),
        # Else an answer that is still on its way would bring back the cookie of before a sign-in.
        SESSION_REFRESH_EACH_REQUEST=False,
        SESSION_COOKIE_NAME=settings.cookie("session"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        WTF_CSRF_TIME_LIMIT=settings.session_hours * 3600,
        # We tell browsers to send no referrer, so none can be asked for; the token decides.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_env.undefined = StrictUndefined
    # Else a filter on a constant is run once, in the language of whoever came first.
    app.jinja_env.optimized = False
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(label=label, tone=tone, sign=sign)
    withheld.init_app(app)
    seen.init_app(app)
    if settings.proxies:
        # Only so many of the last addresses are taken from the header as proxies stand in front.
        through = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
        app.wsgi_app = through  # type: ignore[method-assign]

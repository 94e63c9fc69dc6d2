"""What signs the little that a browser keeps for us: one algorithm for each use, and no other.

The session cookie, the token of a form and what a sign-in hands from page to page are signed by
itsdangerous, whose own choice is SHA-1. A signature names no algorithm, so none can be chosen by
whoever sends one (ASVS V9.1.2).
"""

from __future__ import annotations

from hashlib import sha256, sha512

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer


class Cookies(SecureCookieSessionInterface):
    """The session cookie, signed with HMAC-SHA-512 by a key derived for this use alone."""

    salt = "portal-session"
    digest_method = staticmethod(sha512)
    key_derivation = "hmac"


def init_app(app: Flask) -> None:
    """Sign cookies with one algorithm, all else with HMAC-SHA-256."""
    app.session_interface = Cookies()
    # Flask-WTF and Flask-Security make their signers themselves and cannot be told.
    Signer.default_digest_method = staticmethod(sha256)
    Signer.default_key_derivation = "hmac"

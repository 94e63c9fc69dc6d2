"""Two providers of sign-in, each a process of its own: one that others wrote, and one that lies.

Run as a module with ``honest`` it serves oidc-provider-mock, with ``told`` one that signs whatever
the test tells it to. Each says on its first line where it can be reached.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import oidc_provider_mock
import time_machine
from joserfc import jwk, jwt

from tests import build

Plan = dict[str, Any]
RIGHT = jwk.RSAKey.generate_key(2048, {"kid": "a"})
# Of the same name, but not the provider's.
WRONG = jwk.RSAKey.generate_key(2048, {"kid": "a"})
SMALL = jwk.ECKey.generate_key("P-256", {"kid": "b"})


def says_where(port: int) -> None:
    """Tell whoever started the process where it can be reached."""
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def serve_honest() -> None:
    """What others wrote, on the clock of the town."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    with make_server("127.0.0.1", 0, oidc_provider_mock.app(), handler_class=Quiet) as server:
        says_where(server.server_port)
        with time_machine.travel(build.NOW, tick=False):
            server.serve_forever()


class Told(BaseHTTPRequestHandler):
    """A provider that signs what it was told to."""

    plan: ClassVar[Plan] = {}
    codes: ClassVar[dict[str, dict[str, str]]] = {}

    def do_GET(self) -> None:
        """Metadata, keys, and a way back without asking anybody anything."""
        path = urlsplit(self.path).path
        if path == "/.well-known/openid-configuration":
            self._says(self._metadata())
        elif path == "/jwks":
            self._says({"keys": [RIGHT.as_dict(private=False)]})
        elif path == "/elsewhere":
            self._leads("https://elsewhere.example/jwks")
        else:
            self._authorizes()

    def do_PUT(self) -> None:
        """What to say from now on."""
        Told.plan = json.loads(self._body())
        self._says({})

    def do_POST(self) -> None:
        """A token for a code that was not used yet, and whose verifier is right."""
        sent = dict(parse_qsl(self._body().decode()))
        take = self.codes.get if self.plan.get("keeps_codes") else self.codes.pop
        asked = take(sent.get("code", ""), None)
        verifier = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        right = asked and asked["redirect_uri"] == sent.get("redirect_uri")
        if not right or asked["code_challenge"] != encoded(verifier):
            self._says({"error": "invalid_grant"}, 400)
            return
        answer = {"access_token": "x", "token_type": "Bearer", "id_token": self._token(asked)}
        self._says({**answer, **self.plan.get("answer", {})})

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    @property
    def _here(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self._here,
            "authorization_endpoint": f"{self._here}/authorize",
            "token_endpoint": f"{self._here}/token",
            "jwks_uri": f"{self._here}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
            **self.plan.get("metadata", {}),
        }

    def _authorizes(self) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query))
        code = encoded(os.urandom(12))
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], **self.plan.get("back", {})}
        self._leads(f"{asked['redirect_uri']}?{urlencode(back)}")

    def _token(self, asked: dict[str, str]) -> str:
        now = self.plan["now"]
        claims = {
            "iss": self._here,
            "aud": asked["client_id"],
            "sub": "s-1",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **self.plan.get("claims", {}),
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return signed(claims, self.plan.get("sign", "RS256"), self.plan.get("head", {}))

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _leads(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def _says(self, value: Any, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())


def encoded(data: bytes) -> str:
    """Base64 as tokens use it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(claims: dict[str, Any], how: str, head: dict[str, Any]) -> str:
    """A token, signed in one of the ways that forgers know."""
    if how == "none":
        parts = ({"alg": "none", **head}, claims)
        return ".".join(encoded(json.dumps(part).encode()) for part in parts) + "."
    if how.startswith("HS256"):
        # With what everybody knows (the public key), or with what the portal itself knows.
        key = RIGHT.as_pem(private=False) if how == "HS256-public" else b"the client's own secret"
        first = ".".join(
            encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", **head}, claims)
        )
        return f"{first}.{encoded(hmac.digest(key, first.encode(), 'sha256'))}"
    if how == "its own key inside":
        inside = {"alg": "ES256", "kid": "b", "jwk": SMALL.as_dict(private=False), **head}
        return jwt.encode(inside, claims, SMALL, algorithms=["ES256"])
    return jwt.encode(
        {"alg": "RS256", "kid": "a", **head}, claims, RIGHT if how == "RS256" else WRONG
    )


def serve_told() -> None:
    """The one that lies."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        says_where(server.server_port)
        server.serve_forever()


if __name__ == "__main__":
    {"honest": serve_honest, "told": serve_told}[sys.argv[1]]()

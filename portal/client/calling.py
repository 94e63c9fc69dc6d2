"""How the portal is called: over one address, without redirects, again where that is harmless."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final, NoReturn
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from portal.client.shapes import Fault

API: Final = "/api/v1"
_AGAIN: Final = frozenset({429, 502, 503, 504})
_LONGEST_WAIT: Final = 120


class NotTaken(Exception):
    """The portal said no and changed nothing: ``code`` and ``errors`` say why, ``status`` how."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or status))
        self.status = status
        self.code = str(problem.get("code", ""))
        self.errors: list[Fault] = list(problem.get("errors", []))


class Unreachable(Exception):
    """The portal did not answer, however often it was tried. Send the same act again later, under
    the same name: it is done once.
    """


class _NoWhereElse(HTTPRedirectHandler):
    """The key goes to the one address and to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    """What came back: the bytes and their ETag."""

    data: bytes
    etag: str

    def json(self) -> Any:
        """The bytes as JSON."""
        return json.loads(self.data)


@dataclass
class Line:
    """The way to the portal. ``tries`` in all, with pauses of 1, 2, 4 ... seconds or as the portal
    says; ``wait`` is called with the seconds of each.
    """

    address: str
    key: str = field(repr=False)
    language: str = "en"
    timeout: float = 30
    tries: int = 5
    wait: Callable[[float], object] = time.sleep
    opener: OpenerDirector = field(default_factory=lambda: build_opener(_NoWhereElse), repr=False)

    def __post_init__(self) -> None:
        if not self.address.startswith(("https://", "http://")):
            raise ValueError("the address begins with https://")
        self.address = self.address.rstrip("/")

    def reads(self, path: str, accept: str = "application/json") -> Answer:
        """Ask for something; ``path`` is as the portal writes it, or begins behind the version."""
        return self._send(self._request(path, {"Accept": accept}))

    def acts(
        self, path: str, body: Mapping[str, Any], act: str | None, seen: str | None = None
    ) -> Answer:
        """Do something, once for its name, however often it is sent; ``seen`` is an ETag."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers["Idempotency-Key"] = act or str(uuid.uuid4())
        if seen is not None:
            headers["If-Match"] = seen
        return self._send(self._request(path, headers, json.dumps(body).encode()))

    def sends(self, path: str, data: bytes, media: str, act: str | None) -> Answer:
        """Send a file, once for its name, however often it is sent."""
        headers = {"Content-Type": media, "Accept": "application/json"}
        headers["Idempotency-Key"] = act or str(uuid.uuid4())
        return self._send(self._request(path, headers, data))

    def _request(self, path: str, headers: Mapping[str, str], data: bytes | None = None) -> Request:
        whole = path if path.startswith(API) else f"{API}{path}"
        told = {"Authorization": f"Bearer {self.key}", "Accept-Language": self.language, **headers}
        # The scheme was asked when the line was made, and nothing leads elsewhere.
        return Request(f"{self.address}{whole}", data, told)  # noqa: S310

    def _send(self, request: Request) -> Answer:
        for no in range(self.tries):
            is_last = no == self.tries - 1
            pause: float = 2**no
            try:
                with self.opener.open(request, timeout=self.timeout) as answer:
                    return Answer(answer.read(), answer.headers.get("ETag", ""))
            except HTTPError as error:
                if error.code not in _AGAIN or is_last:
                    _say_no(error)
                pause = _told(error.headers.get("Retry-After"), pause)
            except (URLError, HTTPException, OSError) as failure:
                if is_last:
                    raise Unreachable(str(failure)) from failure
            self.wait(min(pause, _LONGEST_WAIT))
        raise Unreachable


def _told(text: str | None, otherwise: float) -> float:
    return float(text) if text and text.isdigit() else otherwise


def _say_no(error: HTTPError) -> NoReturn:
    try:
        problem = json.loads(error.read())
    except ValueError:
        problem = {}
    raise NotTaken(error.code, problem if isinstance(problem, dict) else {}) from None

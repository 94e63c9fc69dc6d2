"""How programs are answered: JSON with its ETag, and each act once for its Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import g, make_response, request
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from portal.db import begin_write
from portal.errors import Refusal
from portal.web.api.door import bearer
from portal.web.api.kept import KeptAnswer, keep_answer, kept_answer
from portal.web.api.problems import NotTaken
from portal.web.session import now, session

MEDIA: Final = "application/json"
_KEY: Final = re.compile(r"[!-~]{8,200}")
_CARRIED: Final = ("Content-Type", "ETag", "Location")


def told(body: Mapping[str, Any]) -> Response:
    """An answer in JSON with the ETag of its bytes; 304 where the reader has it."""
    must_accept(MEDIA)
    data = _dumped(body)
    return sent(data, MEDIA, etag_of(data))


def sent(data: bytes, media: str, etag: str) -> Response:
    """An answer of some bytes that are known by their ETag; 304 where the reader has them."""
    response = make_response(data)
    response.headers["Content-Type"] = media
    response.set_etag(etag)
    return response.make_conditional(request) if request.method in {"GET", "HEAD"} else response


def done(body: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    """What became of an act, in JSON."""
    response = make_response(_dumped(body), status)
    response.headers.update({"Content-Type": MEDIA, **headers})
    return response


def etag_of(data: bytes) -> str:
    """By what bytes are known: their SHA-256."""
    return hashlib.sha256(data).hexdigest()


def must_accept(media: str) -> None:
    """Raises NotTaken(not-acceptable) where the reader takes none of that."""
    takes = request.accept_mimetypes
    if takes and not takes.best_match([media]):
        raise NotTaken("not-acceptable")


def must_match(representation: Response) -> None:
    """Raises NotTaken unless the reader saw what is there now: if-match-missing (428),
    changed-meanwhile (412).
    """
    if not request.if_match:
        raise NotTaken("if-match-missing")
    etag, _weak = representation.get_etag()
    if not request.if_match.contains(etag or ""):
        raise NotTaken("changed-meanwhile")


def once(act: Callable[[], Response], body: bytes | None = None) -> Response:
    """Do what the program asks, once for its key, and keep the answer with it, as one transaction.

    Of two at the same moment the second finds the answer of the first, whatever it met itself. With
    a key of the sandbox all is done and taken back: it is answered as if, and nothing is kept.
    ``body`` stands for a body that was read already, and is not held.
    """
    must_accept(MEDIA)
    key, asked = _key(), _asked(body)
    if (before := _before(key, asked)) is not None:
        return before
    try:
        response = act()
        if bearer().key.sandbox:
            session().flush()
            session().rollback()
            response.headers["Sandbox"] = "?1"
            return response
        keep_answer(session(), _answer(key, asked, response))
        session().commit()
    except (IntegrityError, NotTaken, Refusal):
        session().rollback()
        begin_write(session())
        if (before := _before(key, asked)) is not None:
            return before
        raise
    return response


def _dumped(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _key() -> bytes:
    text = request.headers.get("Idempotency-Key", "").strip()
    if not _KEY.fullmatch(text):
        raise NotTaken("idempotency-key-missing")
    return hashlib.sha256(text.encode()).digest()


def _asked(body: bytes | None) -> bytes:
    """The digest of what is asked: where, of which version, with what body."""
    parts = [request.method, request.path, request.headers.get("If-Match", "")]
    whole = "\n".join(parts).encode() + b"\n" + (body or request.get_data(cache=True))
    return hashlib.sha256(whole).digest()


def _before(key: bytes, asked: bytes) -> Response | None:
    found = kept_answer(session(), bearer().actor.person_id, key, now())
    if found is None or bearer().key.sandbox:
        return None
    if found.request != asked:
        raise NotTaken("idempotency-key-reused")
    response = make_response(found.body, found.status)
    response.headers.update(json.loads(found.headers))
    response.headers["Idempotency-Replayed"] = "?1"
    g.said = "replayed"
    return response


def _answer(key: bytes, asked: bytes, response: Response) -> KeptAnswer:
    actor = bearer().actor
    carried = {name: response.headers[name] for name in _CARRIED if name in response.headers}
    return KeptAnswer(
        program_id=actor.person_id,
        key=key,
        isp_id=actor.organisation_id,
        request=asked,
        status=response.status_code,
        headers=json.dumps(carried),
        body=response.get_data(),
        kept_at=now(),
    )

"""How often one may ask: counted in the database, so that it holds over every worker.

A window is fixed: it opens with the clock (each minute, each quarter of an hour), not with the
first request. Who is counted is kept as a keyed digest alone: no address has a place here.
"""

from __future__ import annotations

import enum
import hmac
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, request
from flask import session as cookie
from sqlalchemy import BigInteger, Connection, Engine, Integer, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from portal.db import Base, Code, Digest
from portal.readers import Rate
from portal.web.gate import KEYED
from portal.web.session import WRITES, engine, now, settings

V = TypeVar("V", bound=Callable[..., Any])
# Where the library reads a proof of who somebody is; its views cannot carry a mark.
PROOFS: Final = frozenset(
    f"security.{name}"
    for name in (
        "login",
        "two_factor_token_validation",
        "mf_recovery",
        "wan_signin_response",
        "verify",
        "wan_verify_response",
    )
)
# Where a provider of sign-in leads back to; a browser comes there by reading.
ANSWER: Final = "provider.answer"


class Limit(enum.StrEnum):
    """What is counted; each of the first five has a rate of its own in the settings."""

    VERIFY = "verify"
    SIGN_IN = "sign_in"
    UPLOAD = "upload"
    DOWNLOAD = "download"
    API = "api"
    """By programs: by key, and by address where a key is none or not good."""
    TRY = "try"
    """At what is another's; the rate is not a setting, and nothing is refused for it."""


class Tally(Base):
    """How many times somebody did something in one window, which begins at a second of 1970's."""

    __tablename__ = "tally"

    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    who: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    began: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Integer)


def limited(limit: Limit) -> Callable[[V], V]:
    """Mark a view: each use is counted, and refused (429) when there were too many."""

    def mark(view: V) -> V:
        view.limit = limit  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Count before the body is read and the request's own transaction begins; give back what was
    a sign-in that worked, when that transaction has ended.
    """
    app.before_request(_ask)
    app.after_request(_note_success)
    app.teardown_request(_give_back)


def count(on: Engine, limit: Limit, who: bytes, rate: Rate, *, at: datetime) -> int:
    """Count one more in the window of ``at``; returns how many there are now, this one included.

    Commits. Windows that ended are forgotten whenever a new one opens.
    """
    began = window(rate, at)
    insert = sqlite.insert if on.dialect.name == "sqlite" else postgresql.insert
    first = insert(Tally).values(kind=limit, who=who, began=began, count=1)
    counted = first.on_conflict_do_update(
        index_elements=[Tally.kind, Tally.who, Tally.began], set_={"count": Tally.count + 1}
    ).returning(Tally.count)
    with on.connect().execution_options(writes=True) as connection, connection.begin():
        found = int(connection.execute(counted).scalar_one())
        if found == 1:
            _forget(connection, limit, before=began)
    return found


def _forget(connection: Connection, limit: Limit, *, before: int) -> None:
    key = Tally.kind, Tally.who, Tally.began
    # What another worker is forgetting just now is left to it: nobody waits for anybody here.
    old = select(*key).where(Tally.kind == limit, Tally.began < before)
    old = old.with_for_update(skip_locked=True)
    connection.execute(delete(Tally).where(tuple_(*key).in_(old)))


def forgive(on: Engine, limit: Limit, who: bytes, began: int) -> None:
    """Count one less in a window. Commits."""
    mine = (Tally.kind == limit) & (Tally.who == who) & (Tally.began == began)
    with on.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(update(Tally).where(mine).values(count=Tally.count - 1))


def is_proof() -> bool:
    """Whether the request brings a proof of who somebody is."""
    return request.endpoint == ANSWER or (request.endpoint in PROOFS and request.method in WRITES)


def window(rate: Rate, at: datetime) -> int:
    """The second (of 1970) at which the window of an instant began."""
    second = int(at.timestamp())
    return second - second % rate.seconds


def who(limit: Limit) -> bytes:
    """Who is counted, as a keyed digest."""
    # Before sign-in by where they come from, afterwards by whom the cookie names.
    if request.blueprint == KEYED:
        return _who(limit, request.headers.get("Authorization") or request.remote_addr or "")
    named = "" if limit == Limit.SIGN_IN else str(cookie.get("_user_id", ""))
    return _who(limit, named or request.remote_addr or "")


def _who(limit: Limit, named: str) -> bytes:
    text = f"{limit}:{named}"
    return hmac.digest(settings().secret_key.encode(), text.encode(), sha256)


def count_failed_key() -> None:
    """Count a key that is not good by where it came from, so that nobody tries many."""
    count_in(Limit.API, _who(Limit.API, request.remote_addr or ""))


def _ask() -> None:
    limit = _limit()
    if limit is None:
        return
    count_in(limit, who(limit))


def count_in(limit: Limit, asker: bytes) -> None:
    """Count one more, and refuse it if there were too many in this window."""
    rate: Rate = getattr(settings(), f"limit_{limit}")
    at = now()
    g.counted = limit, asker, window(rate, at)
    times = count(engine(), limit, asker, rate, at=at)
    left_s = window(rate, at) + rate.seconds - int(at.timestamp())
    g.rate = rate, max(rate.times - times, 0), left_s
    if times > rate.times:
        g.said = f"limit-{limit}"
        raise TooManyRequests(retry_after=left_s)


def _limit() -> Limit | None:
    if is_proof():
        return Limit.SIGN_IN
    if request.blueprint == KEYED:
        return Limit.API
    view = current_app.view_functions.get(request.endpoint or "")
    # Whatever takes files is counted as such, marked or not.
    usual = Limit.UPLOAD if getattr(view, "max_bytes", None) else None
    found: Limit | None = getattr(view, "limit", usual)
    return found


def _note_success(response: Response) -> Response:
    # The library answers a proof that holds by leading on, one that does not with the page again.
    g.forgiven = is_proof() and response.status_code in {302, 303}
    return response


def _give_back(_error: BaseException | None) -> None:
    counted = g.pop("counted", None)
    if g.pop("forgiven", False) and counted is not None:
        forgive(engine(), *counted)

"""The body of a request: files are looked at while they come in, and lie on no disk, but for those
that wait for a decision, which go to a private folder.
"""

from __future__ import annotations

import io
from typing import IO, Any

from flask import Flask, Request, abort, current_app, g, request
from flask_wtf import CSRFProtect

from portal.certificates.verify import LARGEST
from portal.db import begin_write
from portal.errors import Refusal
from portal.intake.content import HEAD
from portal.intake.files import is_workbook
from portal.intake.uploads import Spool
from portal.verifier.envelope import is_pdf
from portal.web.session import session
from portal.web.uploads_folder import store

_PASSWORDS = frozenset({"security.login", "security.verify"})


class Sieve(io.BytesIO):
    """A file on its way in, in memory. Of what must not come in only the first bytes are held, by
    which it is refused in words; ``takes`` is false where nobody asked for a file at all.
    """

    def __init__(self, *, takes: bool) -> None:
        super().__init__()
        self._open = takes
        self._is_known = False

    def write(self, data: Any, /) -> int:
        """Take a part of the file, or let it fall; says that it was taken all the same."""
        if self._open:
            super().write(data)
            self._look()
        return len(data)

    def _look(self) -> None:
        if self._is_known or self.tell() < HEAD:
            return
        self._is_known = True
        try:
            is_workbook(io.BytesIO(self.getvalue()[:HEAD]))
        except Refusal:
            self._open = False
            self.truncate(HEAD)


class PaperSieve(io.BytesIO):
    """A paper on its way in to be judged, in memory: of a file that is none, only the first bytes
    are held, and of one that is too large no more than tells so.
    """

    def write(self, data: Any, /) -> int:
        """Take a part of the file, or let it fall; says that it was taken all the same."""
        head = bytes(self.getbuffer()[:HEAD]) + bytes(data[:HEAD])
        room = LARGEST + 1 if is_pdf(head) else HEAD
        super().write(data[: max(0, room - self.tell())])
        return len(data)


class SievedRequest(Request):
    """A request whose files go through the sieve (the library would write large ones to a disk)."""

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        view = current_app.view_functions.get(self.endpoint or "")
        if getattr(view, "takes_papers", False):
            return PaperSieve()
        if getattr(view, "spools", False) and "spool" not in g:
            g.spool = store().spool()
            return g.spool  # type: ignore[no-any-return]
        return Sieve(takes=view is None or getattr(view, "max_bytes", None) is not None)


def init_app(app: Flask) -> None:
    """Let every request of the app be such a one, and none carry more than it may."""
    app.request_class = SievedRequest
    app.before_request(_refuse_what_no_database_keeps)
    app.before_request(_keep_passwords_short)
    app.teardown_request(_let_go)


def init_tokens(app: Flask, tokens: CSRFProtect) -> None:
    """Read a body that goes to the disk only once the gate has let its sender in: its token is
    asked for after the gate, not before.
    """
    for view in app.view_functions.values():
        if getattr(view, "spools", False):
            tokens.exempt(view)

    def ask_late() -> None:
        if getattr(current_app.view_functions.get(request.endpoint or ""), "spools", False):
            # Nobody waits for a lock of ours, nor for our line, while a body comes in.
            session().rollback()
            tokens.protect()
            begin_write(session())

    app.before_request(ask_late)


def _let_go(_error: BaseException | None) -> None:
    # However the request ended: what nobody kept is gone with it.
    spool: Spool | None = g.pop("spool", None)
    if spool is not None:
        spool.close()


def _refuse_what_no_database_keeps() -> None:
    # A zero sign is no part of any address; PostgreSQL refuses to look for it.
    if "\x00" in request.path or any("\x00" in text for text in request.args.values()):
        abort(400)


def _keep_passwords_short() -> None:
    # Nobody's password is longer, and the library breaks on one of more than 4,096 characters.
    if request.endpoint in _PASSWORDS:
        request.max_content_length = HEAD * 4

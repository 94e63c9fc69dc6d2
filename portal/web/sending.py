"""Emptying the outbox over one line to the mail server, one mail after another."""

from __future__ import annotations

import os
import socket
from collections import Counter

from flask import current_app

from portal.db import begin_write
from portal.mail.actions import claim, give_up, note_failed, note_sent
from portal.mail.carrier import Line, Server, line_to
from portal.mail.model import Mail
from portal.web.mails import mail_server, message_of, reader_of
from portal.web.session import now, session
from portal.web.working import Stopping


def send_what_waits(stopping: Stopping) -> tuple[int, int]:
    """Send what is due until nothing is, the server hangs up, or it was told to stop; returns how
    many were sent, and how many are to be tried again or were given up. Every mail is an act of
    its own. Raises CannotReach.
    """
    server = mail_server()
    if server is None:
        return 0, 0
    session().commit()
    done: Counter[str] = Counter()
    with line_to(server) as line:
        while line.is_open and not stopping.is_set() and (taken := _claim()):
            done[_send(server, line, taken)] += 1
    return done["sent"], done["failed"]


def _claim() -> Mail | None:
    begin_write(session())
    taken = claim(session(), by=f"{socket.gethostname()[:60]}:{os.getpid()}", at=now())
    session().commit()
    return taken


def _send(server: Server, line: Line, taken: Mail) -> str:
    """One mail from its claim to what came of it. Between the server's yes and the commit nothing
    else is done: that moment is the only one in which a mail could go twice.
    """
    reader = reader_of(taken)
    message = message_of(server, taken, reader) if reader else None
    session().commit()
    fault = line.hand_over(message) if message else None
    begin_write(session())
    if message is None:
        give_up(session(), taken, "no-reader", at=now())
    elif fault is None:
        note_sent(session(), taken, at=now())
    else:
        note_failed(session(), taken, fault, at=now())
    session().commit()
    if fault is not None:
        current_app.logger.warning("mail %d: %s", taken.id, fault)
    return "sent" if message and fault is None else "failed"

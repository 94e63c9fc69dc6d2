"""The way to the mail server: one line, private unless told otherwise, one mail after another."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

TIMEOUT = 30
"""Seconds that any one answer of the server is waited for."""


class CannotReach(Exception):
    """No line to the server could be opened; no mail was tried."""


@dataclass(frozen=True)
class Server:
    """The server mail is handed to, and the address it comes from; ``tls`` is starttls, tls or
    none.
    """

    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    sender: str


@dataclass(frozen=True)
class Words:
    """What one mail says, and to whom."""

    to: str
    name: str
    subject: str
    body: str
    language: str


class Line:
    """An open line to the server."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    @property
    def is_open(self) -> bool:
        """Whether another mail can be handed over; a server may hang up after any of them."""
        return self._smtp.sock is not None

    def hand_over(self, message: EmailMessage) -> str | None:
        """Give the server a mail: None once it has taken it, else a code for what went wrong.

        The server's own words are left out of the code: they may repeat the address.
        """
        try:
            self._smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            [(number, _said)] = refused.recipients.values()
            return f"smtp-{number}"
        except smtplib.SMTPResponseException as refused:
            return f"smtp-{refused.smtp_code}"
        except smtplib.SMTPNotSupportedError:
            return "not-supported"
        except smtplib.SMTPServerDisconnected:
            # What the server made of the mail is not known; it goes again, under the same number.
            return "line-lost"
        return None


@contextmanager
def line_to(server: Server) -> Iterator[Line]:
    """Open a line to the server, and close it; raises CannotReach."""
    try:
        smtp = _opened(server)
    except (OSError, smtplib.SMTPException) as fault:
        number = getattr(fault, "smtp_code", "")
        raise CannotReach(f"{type(fault).__name__} {number}".strip()) from fault
    try:
        yield Line(smtp)
    finally:
        # All that was handed over is settled by now; a server that hangs up first is in its right.
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


def compose(
    server: Server, words: Words, *, portal: str, message_id: str, made_at: datetime
) -> EmailMessage:
    """The mail as it is sent: plain text, the same bytes at every try."""
    name, _, domain = server.sender.rpartition("@")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(portal, name, domain)
    message["To"] = Address(words.name, addr_spec=words.to)
    message["Subject"] = words.subject
    message["Date"] = format_datetime(made_at)
    message["Message-ID"] = f"<{message_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words.body)
    message["Content-Language"] = words.language
    return message


def _opened(server: Server) -> smtplib.SMTP:
    if server.tls == "tls":
        context = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.tls == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp

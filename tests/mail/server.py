"""A mail server of one's own: speaks SMTP, keeps what it accepted, can misbehave when told to."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


@dataclass
class MailServer:
    """What a server accepted, and how it behaves. ``before_yes`` is called with each mail when it
    is kept and not yet answered: the moment in which a sender may die.
    """

    port: int = 0
    accepted: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    hangs_up_at: int | None = None
    before_yes: Callable[[EmailMessage], None] = lambda _mail: None
    certificate: Path | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, data: bytes) -> bool:
        """Accept a mail, or hang up in the middle of it."""
        mail = message_from_bytes(data, policy=default)
        with self.lock:
            if self.hangs_up_at == len(self.accepted):
                self.hangs_up_at = None
                return False
            self.accepted.append(mail)
        self.before_yes(mail)
        return True

    def numbers(self) -> list[str]:
        """The Message-ID of everything that was accepted, in order."""
        return [str(mail["Message-ID"]) for mail in self.accepted]

    def for_whom(self) -> list[str]:
        """Who was written to, in order of the address."""
        return sorted(mail["To"].addresses[0].addr_spec for mail in self.accepted)


@contextmanager
def mail_server(certificate: Path | None = None) -> Iterator[MailServer]:
    """A server that runs for as long as the block does."""
    kept = MailServer(certificate=certificate)

    class Handler(_Talk):
        server_of = kept

    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


class _Talk(socketserver.StreamRequestHandler):
    """One sender's talk with the server (RFC 5321, as far as smtplib goes)."""

    server_of: MailServer

    def handle(self) -> None:
        try:
            self.say("220 test")
            while (line := self.rfile.readline()) and self.answer(line.decode().strip()):
                pass
        except (ConnectionError, ssl.SSLError):
            pass  # the sender died or would not trust us, which is what some tests are about
        finally:
            self.request.close()

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()

    def answer(self, line: str) -> bool:
        verb = line.partition(" ")[0].upper()
        if verb == "DATA":
            return self.take()
        if verb == "STARTTLS":
            return self.wrap()
        if verb == "AUTH":
            told = base64.b64decode(line.rpartition(" ")[2]).decode().split("\0")
            self.server_of.logins.append(told[1])
            self.say("235 ok" if told[2] == "right" else "535 no")
            return True
        address = line[line.find("<") + 1 : line.find(">")]
        if verb == "RCPT" and address in self.server_of.refuses:
            self.say(self.server_of.refuses[address])
        elif verb == "EHLO":
            self.say("250-test\r\n250-AUTH PLAIN" + self.offer())
        else:
            self.say("221 bye" if verb == "QUIT" else "250 ok")
        return verb != "QUIT"

    def offer(self) -> str:
        return "\r\n250 STARTTLS" if self.server_of.certificate else "\r\n250 8BITMIME"

    def take(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if not line or not self.server_of.keep(b"".join(lines)):
            return False
        self.say("250 taken")
        return True

    def wrap(self) -> bool:
        assert self.server_of.certificate is not None
        self.say("220 go on")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server_of.certificate)
        self.request = context.wrap_socket(self.request, server_side=True)
        self.setup()
        return True

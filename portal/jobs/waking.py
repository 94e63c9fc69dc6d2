"""The bell: a queue whose messages say nothing but 'look', so that a worker need not wait.

What is to be done stands in the job table alone; a message lost costs a few seconds. It is signed
by a key of this use, and it is JSON: nothing that lies in the queue is ever unpickled.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any, Final

import psycopg
from huey import Huey, PostgresHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import SignedSerializer

from portal.canonical import canonical
from portal.wall import QUEUE_SCHEMA, Position

_NAME: Final = "portal"
_PURPOSE: Final = b"portal: wake-ups of workers"
_SECONDS: Final = 2
"""How long who rings waits for the queue: the work is found without it, too."""


class Forged(Exception):
    """A message that nobody who knows the key has written."""


class Signed(SignedSerializer):  # type: ignore[misc]
    """Messages as JSON under HMAC-SHA-256 (the library's own way is pickle under SHA-1)."""

    def _signature(self, message: bytes) -> bytes:
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest().encode()

    def _serialize(self, message: Message) -> bytes:
        signed: bytes = self._sign(canonical(list(message)))
        return signed

    def _deserialize(self, data: bytes) -> Message:
        try:
            told = self._unsign(bytes(data))
        except (ValueError, TypeError):
            raise Forged from None
        return Message(*json.loads(told))


def key_of(secret: str) -> bytes:
    """The key of this use, from which the portal's secret cannot be told."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).hexdigest().encode()


def queue(database_url: str, instance: Path, secret: str) -> Huey:
    """The queue beside a database: a file in the instance folder, or tables in a schema of their
    own that only the position of the system may use.
    """
    told: dict[str, Any] = {"results": False, "serializer": Signed(key_of(secret))}
    if database_url.startswith("sqlite"):
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = str(instance / "queue.sqlite")
        return SqliteHuey(_NAME, filename=file, timeout=_SECONDS, fsync=False, **told)

    def open_line() -> psycopg.Connection[Any]:
        line = psycopg.connect(database_url, connect_timeout=_SECONDS, autocommit=True)
        line.execute(f"SET ROLE {Position.SYSTEM}; SET search_path TO {QUEUE_SCHEMA}")
        return line

    return PostgresHuey(_NAME, connection=open_line, create_tables=False, **told)


def ring(bell: Huey) -> None:
    """Let a worker look at once. While a message lies there, none is added: whoever takes it looks
    after what is committed now.
    """
    if bell.storage.queue_size() == 0:
        bell.storage.enqueue(bell.serializer.serialize(Message(name="look")))
    bell.storage.close()


def was_rung(bell: Huey) -> bool:
    """Take the next message, waiting for one where the queue can tell of it; whether there was one.
    Raises Forged, and whatever says that the queue cannot be read.
    """
    found = bell.storage.dequeue()
    if found is None:
        return False
    bell.serializer.deserialize(found)
    return True

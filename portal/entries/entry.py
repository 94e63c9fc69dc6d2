"""What every entry shares: key, versions, when it was entered, the digest of its line."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, false, text, update
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from portal.canonical import canonical, sha256
from portal.db import Base, Digest, Instant, Octets, code
from portal.entries.codes import CorrectionReason

SALT_BYTES = 16
# What stands in the place of a text that was withheld begins with this sign, which no door lets in.
MARK = "\ue000"
IN_FORCE = text("closed_seq IS NULL")
# A void entry does not stand in the way of recording the same thing rightly.
VALID = text("closed_seq IS NULL AND NOT void")


class Recorded:
    """A row whose canonical line has a digest, made once at admission.

    ``__sealed__`` names the confidential texts: they enter the line as salted commitments, so
    that redaction can destroy text and salt and the digest still re-performs (chairs B2).
    ``__kin__`` says which of them are compared with others, by the name of what they are: who is
    withheld in one place is withheld in all. ``__dated__`` is the column that says to which month a
    row belongs. ``__outside__`` names the columns that are no part of the line.
    """

    __sealed__: ClassVar[tuple[str, ...]] = ()
    __kin__: ClassVar[Mapping[str, str]] = {}
    __dated__: ClassVar[str] = "recorded_at"
    __outside__: ClassVar[frozenset[str]] = frozenset(
        {"digest", "admitted_seq", "closed_seq", "recorded_at", "recorded_by"}
    )

    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    digest: Mapped[bytes] = mapped_column(Digest)

    @declared_attr
    def recorded_by(cls) -> Mapped[int]:  # noqa: N805 - the library's form
        """The person who entered it; the last column of every table."""
        return mapped_column(ForeignKey("person.id"), sort_order=2)


class Line(Recorded):
    """A recorded row about one ISP; its sequence numbers are those of that ISP's ledger."""

    @declared_attr
    def isp_id(cls) -> Mapped[int]:  # noqa: N805 - the library's form
        """The ISP that the row is about."""
        return mapped_column(ForeignKey("organisation.id"), primary_key=True, sort_order=1)


class EntryRow(Line):
    """One version of one entry; the version in force has no ``closed_seq``.

    ``void`` marks a last version that says: this entry should never have been recorded.
    """

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reason: Mapped[CorrectionReason | None] = mapped_column(code(CorrectionReason))
    void: Mapped[bool] = mapped_column(Boolean, server_default=false(), default=False)
    own_ref: Mapped[str | None] = mapped_column(String(64))
    own_ref_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        """One version in force for each key and each of the ISP's own references."""
        name = cls.__tablename__  # type: ignore[attr-defined]
        in_force: dict[str, Any] = {"sqlite_where": IN_FORCE, "postgresql_where": IN_FORCE}
        valid: dict[str, Any] = {"sqlite_where": VALID, "postgresql_where": VALID}
        return (
            Index(f"ux_{name}_in_force", "isp_id", "key", unique=True, **in_force),
            Index(f"ux_{name}_own_ref", "isp_id", "own_ref", unique=True, **valid),
            *cls._more_args(),
        )

    @classmethod
    def _more_args(cls) -> tuple[Any, ...]:
        return ()


def seal(session: Session, row: dict[str, Any], sealed: tuple[str, ...]) -> None:
    """Give every confidential text in a row a salt of its own.

    The source of salts is the operating system's, unless the session carries another one
    (``session.info['entropy']``: the demonstration's, so that it can be built twice alike).
    """
    entropy = session.info.get("entropy", secrets.token_bytes)
    for name in sealed:
        row[f"{name}_salt"] = entropy(SALT_BYTES) if row.get(name) is not None else None


def commitment(salt: bytes, text: str) -> str:
    """The salted commitment of a text: SHA-256 over salt and UTF-8, as hex."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def stamp(row: dict[str, Any], seq: int, *, by: int, at: datetime) -> None:
    """Note in a row which act admitted it, when, and by whom (a person's id)."""
    row |= {"admitted_seq": seq, "closed_seq": None, "recorded_at": at, "recorded_by": by}


def close(session: Session, table: type[Base], seq: int, **named: Any) -> None:
    """Close the version in force of what is named by these columns."""
    stands: Any = table.__table__
    mine = [stands.c[name] == value for name, value in named.items()]
    session.execute(
        update(stands).where(*mine, stands.c.closed_seq.is_(None)).values(closed_seq=seq)
    )


def line_digest(table: type[Base], row: dict[str, Any]) -> bytes:
    """SHA-256 of a row's canonical line: every column of the table less those outside the line."""
    return sha256(canonical(line_of(table, row)))


def line_of(table: Any, row: dict[str, Any]) -> dict[str, Any]:
    """The canonical line of a row as a mapping; confidential texts as commitments."""
    line: dict[str, Any] = {"register": table.__tablename__}
    for name in _line_columns(table):
        value = row.get(name)
        if value is None:
            continue
        salt = row[f"{name}_salt"] if name in table.__sealed__ else None
        line[name] = plain(value) if salt is None else committed(salt, value)
    return line


def committed(salt: bytes, text: str) -> str:
    """The commitment to a text. Of one that was withheld it stands where the salt stood; a field
    that is sealed since a later version of the portal has no salt in lines from before.
    """
    return commitment(salt, text) if len(salt) == SALT_BYTES else salt.hex()


def is_withheld(value: object) -> bool:
    """Whether this is what stands in the place of a text that was withheld."""
    return isinstance(value, str) and value.startswith(MARK)


_PLAIN = frozenset({str, int, bool, type(None)})
_TOLD = (date, bytes, Enum, list, tuple)


def plain(value: Any) -> Any:
    """A value as canonical JSON knows it: instants in UTC to the microsecond, days as ISO dates."""
    if value.__class__ in _PLAIN or not isinstance(value, _TOLD):
        return value
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return value.value
    return [plain(item) for item in value]


_COLUMNS: dict[Any, tuple[str, ...]] = {}


def _line_columns(table: Any) -> tuple[str, ...]:
    if table not in _COLUMNS:
        salts = {f"{name}_salt" for name in table.__sealed__}
        _COLUMNS[table] = tuple(
            c.name for c in table.__table__.columns if c.name not in table.__outside__ | salts
        )
    return _COLUMNS[table]

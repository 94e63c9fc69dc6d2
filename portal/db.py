"""The database under the house: typed columns, engines and the append-only rule, on two engines."""

from __future__ import annotations

import enum
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    String,
    create_engine,
    event,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.sql import expression
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


class Base(DeclarativeBase):
    """Every table; ``__growing__`` names the only columns of an append-only table that may be set
    later, once, from empty. Tables without it may be changed freely. ``__emptied__`` names those
    that may only be emptied, all at once, as the SQL condition ``__emptied_if__`` says.
    """

    __growing__: ClassVar[tuple[str, ...] | None] = None
    __emptied__: ClassVar[tuple[str, ...]] = ()
    __emptied_if__: ClassVar[str] = ""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def to_micros(instant: datetime) -> int:
    """Whole microseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // _MICRO


def from_micros(count: int) -> datetime:
    """The aware UTC instant of a count of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=count)


class Instant(TypeDecorator[datetime]):
    """An aware instant: timestamptz on PostgreSQL, whole microseconds on SQLite; UTC here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive time {value!r}: every instant carries its zone"
            raise TypeError(msg)
        return to_micros(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return from_micros(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Octets(TypeDecorator[bytes]):
    """Bytes: bytea on PostgreSQL, BLOB on SQLite; a length makes it a fixed size digest."""

    impl = LargeBinary
    cache_ok = True


def code(kind: type[enum.StrEnum], length: int = 40) -> Enum:
    """The column type of a closed code list, with a CHECK in the database."""
    return Enum(
        kind,
        native_enum=False,
        length=length,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda codes: [c.value for c in codes],
        name=kind.__name__.lower(),
    )


class micros(expression.ColumnElement[int]):  # noqa: N801 - reads as an SQL function
    """Whole microseconds since 1970 of an instant column: one clock arithmetic for both engines."""

    type = BigInteger()
    inherit_cache = True
    # Without it no statement that holds one could be kept compiled.
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, column: Any) -> None:
        self.column = column

    def get_children(self, **_: Any) -> Any:
        return (self.column,)

    @property
    def _from_objects(self) -> Any:
        return self.column._from_objects  # noqa: SLF001 - the library's extension point


@compiles(micros)
def _micros_as_stored(element: micros, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.column, **kw))


@compiles(micros, "postgresql")
def _micros_from_timestamp(element: micros, compiler: Any, **kw: Any) -> str:
    inner = compiler.process(element.column, **kw)
    return f"(extract(epoch from {inner}) * 1000000)::bigint"


class least(expression.FunctionElement[int]):  # noqa: N801 - reads as an SQL function
    """The smaller of two whole numbers, an absent one left aside; the same on both engines."""

    type = BigInteger()
    inherit_cache = True


class greatest(expression.FunctionElement[int]):  # noqa: N801 - reads as an SQL function
    """The larger of two whole numbers, absent if either is; the same on both engines."""

    type = BigInteger()
    inherit_cache = True


@compiles(least, "sqlite")
def _least_on_sqlite(element: least, compiler: Any, **kw: Any) -> str:
    left, right = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"min(coalesce({left}, {right}), coalesce({right}, {left}))"


@compiles(least, "postgresql")
def _least_on_postgresql(element: least, compiler: Any, **kw: Any) -> str:
    return f"least({compiler.process(element.clauses, **kw)})"


@compiles(greatest, "sqlite")
def _greatest_on_sqlite(element: greatest, compiler: Any, **kw: Any) -> str:
    return f"max({compiler.process(element.clauses, **kw)})"


@compiles(greatest, "postgresql")
def _greatest_on_postgresql(element: greatest, compiler: Any, **kw: Any) -> str:
    left, right = (compiler.process(clause, **kw) for clause in element.clauses)
    absent = f"when {left} is null or {right} is null then null"
    return f"case {absent} else greatest({left}, {right}) end"


def open_engine(url: str, **options: Any) -> Engine:
    """An engine for ``sqlite:///file`` or ``postgresql://...`` with the house's settings."""
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    # An error of the database must not carry what was to be written into a log or onto a screen.
    engine = create_engine(url, hide_parameters=True, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=20000",
        # What was destroyed is overwritten, not only let go.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    # Its triggers check with it that what stands for a text is the commitment to that text.
    connection.create_function("commitment", 2, _commitment, deterministic=True)


def _commitment(salt: bytes | None, text: str | None) -> bytes | None:
    if salt is None or text is None:
        return None
    return hashlib.sha256(salt + text.encode()).digest()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write takes the write lock first: a reader that turns into a writer
    # half-way would be refused by SQLite when somebody else wrote in between.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def sessions(engine: Engine) -> sessionmaker[Session]:
    """The maker of sessions on an engine."""
    return sessionmaker(engine, expire_on_commit=False)


def begin_write(session: Session) -> None:
    """Open the session's transaction as one that will write (first thing in it)."""
    session.connection(execution_options={"writes": True})


Name = String(200)
Code = String(40)
Count = Integer
Digest = Octets(32)

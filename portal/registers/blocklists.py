"""The blocklist and hash-list register: what is known of each issue, never the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, Octets, code
from portal.entries.entry import SALT_BYTES, EntryRow
from portal.notices.codes import UpdateKind
from portal.policy.codes import ListKind
from portal.registers.codes import StopPage, TestResult, Transport


class BlocklistUpdate(EntryRow, Base):
    """One issue of one permitted list at one ISP; its identity is (list, content digest).

    ``applied_at`` is when the last enforcement point in scope went live, and empty until then.
    ``methods`` are Method codes in alphabetical order, joined by a space. ``release`` is the
    publisher's record of this issue, where one was known. A row that was inherited names who
    enforces the list and the digest of that ISP's own line; its subscribers are counted there.
    """

    __tablename__ = "blocklist_update"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("own_ref", "version_label", "note")
    __dated__: ClassVar[str] = "published_at"

    list_code: Mapped[str] = mapped_column(String(40))
    list_kind: Mapped[ListKind] = mapped_column(code(ListKind))
    transport: Mapped[Transport] = mapped_column(code(Transport))
    version_label: Mapped[str | None] = mapped_column(String(40))
    version_label_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES), sort_order=3)
    serial: Mapped[int | None] = mapped_column(BigInteger)
    content_digest: Mapped[bytes] = mapped_column(Digest)
    published_at: Mapped[datetime] = mapped_column(Instant)
    fetched_at: Mapped[datetime] = mapped_column(Instant)
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    update_kind: Mapped[UpdateKind] = mapped_column(code(UpdateKind))
    entries_total: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    removed: Mapped[int] = mapped_column(Integer)
    malformed: Mapped[int] = mapped_column(Integer, default=0)
    overblock_risk: Mapped[int] = mapped_column(Integer, default=0)
    shared_hosting: Mapped[int] = mapped_column(Integer, default=0)
    technical: Mapped[int] = mapped_column(Integer, default=0)
    methods: Mapped[str] = mapped_column(String(80))
    points_in_scope: Mapped[int] = mapped_column(Integer)
    points_live: Mapped[int] = mapped_column(Integer)
    subscribers_in_scope: Mapped[int] = mapped_column(Integer)
    subscribers_covered: Mapped[int] = mapped_column(Integer)
    stop_page: Mapped[StopPage] = mapped_column(code(StopPage))
    test_result: Mapped[TestResult] = mapped_column(code(TestResult))
    tested_at: Mapped[datetime | None] = mapped_column(Instant)
    vantage_points: Mapped[int] = mapped_column(Integer, default=0)
    hits_blocked: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None] = mapped_column(String(300))
    note_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    release: Mapped[int | None] = mapped_column(BigInteger, sort_order=3)
    enforced_by: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), sort_order=3)
    upstream_line: Mapped[bytes | None] = mapped_column(Digest, sort_order=3)

    @classmethod
    def _more_args(cls) -> tuple[Any, ...]:
        # Rolling back brings an older issue's content again.
        issue = text("closed_seq IS NULL AND NOT void AND update_kind <> 'ROLLBACK'")
        once: dict[str, Any] = {"sqlite_where": issue, "postgresql_where": issue}
        return (
            Index("ix_blocklist_update_published", "isp_id", "list_code", "published_at", "key"),
            Index(
                "ux_blocklist_update_issue",
                "isp_id",
                "list_code",
                "content_digest",
                unique=True,
                **once,
            ),
            Index("ix_blocklist_update_content", "isp_id", "list_code", "content_digest"),
            CheckConstraint(
                "(enforced_by IS NULL) = (upstream_line IS NULL) AND"
                " (enforced_by IS NULL OR subscribers_in_scope = 0)",
                name="counted_once",
            ),
            CheckConstraint("points_live <= points_in_scope", name="points"),
            CheckConstraint("subscribers_covered <= subscribers_in_scope", name="subscribers"),
            CheckConstraint("applied_at IS NULL OR points_live = points_in_scope", name="applied"),
        )

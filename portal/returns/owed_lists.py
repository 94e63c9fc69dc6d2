"""What is owed of lists besides what was logged: releases never logged, and who applies what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.queries import as_of
from portal.notices.releases.model import ListRelease
from portal.registers.lists.model import ListStanding
from portal.registers.lists.queries import is_carried, is_logged
from portal.returns.blanks import (
    ENDS_AT,
    ISP_ID,
    LAST_DAY,
    LOOK_BACK_AT,
    OWES_FROM_AT,
    OWES_UNTIL_AT,
    SEQ,
    SYSTEM_SEQ,
)


def releases() -> Select[Any]:
    """The releases of lists that the ISP carries and that it never logged, published in the month
    or the 31 days before it, or the newest of their list before those.
    """
    newer = aliased(ListRelease)
    newest = ~exists().where(
        newer.list_code == ListRelease.list_code,
        newer.void.is_(False),
        as_of(newer, SYSTEM_SEQ),
        newer.published_at < LOOK_BACK_AT,
        newer.published_at > ListRelease.published_at,
    )
    return select(ListRelease).where(
        as_of(ListRelease, SYSTEM_SEQ),
        ListRelease.void.is_(False),
        ListRelease.published_at < ENDS_AT,
        ListRelease.published_at >= OWES_FROM_AT,
        ListRelease.published_at < OWES_UNTIL_AT,
        or_(ListRelease.published_at >= LOOK_BACK_AT, newest),
        is_carried(ListRelease, ISP_ID, SEQ),
        ~is_logged(ListRelease, ISP_ID, SEQ),
    )


def list_standings() -> Select[Any]:
    """What the ISP says of how it applies its lists, up to the month's last day."""
    return select(ListStanding).where(
        ListStanding.isp_id == ISP_ID, as_of(ListStanding, SEQ), ListStanding.from_on <= LAST_DAY
    )

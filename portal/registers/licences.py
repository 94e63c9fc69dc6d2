"""Whether an ISP may record what happened on a day: asked once a month, answered for every row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.queries import is_licensed
from portal.accounts.successions import succession_of
from portal.entries.inputs import Problem
from portal.period import Period
from portal.policy.queries import policy_at
from portal.registers.register import Register

_MOST_KNOWN = 10_000


class Licences:
    """The months of an ISP in which an entry of a register may lie."""

    def __init__(self, session: Session, isp_id: int, register: Register, at: datetime) -> None:
        self._session, self._isp_id, self._register = session, isp_id, register
        self._zone = policy_at(session, at).policy.time_zone
        self._succession = succession_of(session, isp_id)
        # Staff entries need a licence then or now: they may be older than it.
        self._now = register.of_staff and is_licensed(session, isp_id, Period.of(at, self._zone))
        self._asked: dict[Period, bool] = {}
        self._known: dict[Any, Problem | None] = {}

    def problem(self, dated: date | datetime) -> Problem | None:
        """Why an entry of that day or instant cannot be recorded, if so.

        From the first day of a succession on, what happens is the successor's to record.
        """
        if dated not in self._known:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            at = isinstance(dated, datetime)
            self._known[dated] = self._of(dated.astimezone(self._zone).date() if at else dated)
        return self._known[dated]

    def _of(self, day: date) -> Problem | None:
        name, month = self._register.dated_by, Period.on(day)
        if self._succession is not None and day >= self._succession.first_day:
            return Problem(name, "isp-succeeded", {"day": self._succession.first_day})
        if month not in self._asked:
            self._asked[month] = self._now or is_licensed(self._session, self._isp_id, month)
        return (
            None if self._asked[month] else Problem(name, "licence-closed", {"period": str(month)})
        )

"""What a decision would say of each obligation, and what of it is adverse (chairs B4, C8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.period import Period
from portal.policy.codes import Basis, Measure
from portal.policy.obligations import Obligation
from portal.policy.queries import UnknownPolicy, policy_of
from portal.returns import queries as returns
from portal.returns.judge import MET, NOT_ASSESSED, NOT_MET
from portal.returns.model import Filing
from portal.returns.sources import registers_behind
from portal.returns.standing import standing

OBSERVED = "MET_WITH_OBSERVATION"
SET_ASIDE = "set-aside-on-appeal"


def word_of(
    obligation: Obligation,
    result: Mapping[str, Any],
    *,
    late: bool,
    excused: Collection[str] = (),
    set_aside: Collection[str] = (),
) -> tuple[str, str | None]:
    """An obligation's result word and its coded reason, as a decision leaves them; a finding that
    an appeal set aside is nobody's any more: it is not assessed.
    """
    word, reason = result["result"], result["reason"]
    if obligation.measured_by == Measure.FILING:
        word, reason = (NOT_MET, "filed-late") if late else (MET, None)
    if word == NOT_MET and result["excusable"] and result["code"] in excused:
        return OBSERVED, "one-late-excused"
    aside = word == NOT_MET and result["code"] in set_aside
    return (NOT_ASSESSED, SET_ASIDE) if aside else (word, reason)


def stands_on(obligation: Obligation, result: Mapping[str, Any], sampled: Collection[str]) -> str:
    """The basis of a result once it is decided: what was computed stands on a sample where the
    entries behind it were compared with their evidence before (chairs B4). What the other side
    confirmed is more than that, and a declaration has no entries.
    """
    basis: str = result["basis"]
    behind = registers_behind(obligation)
    drawn = basis == Basis.COMPUTED and behind and behind <= set(sampled)
    return str(Basis.SAMPLED) if drawn else basis


def findings_of(
    session: Session,
    filing: Filing,
    at: datetime,
    *,
    excused: Collection[str] = (),
    set_aside: Collection[str] = (),
) -> frozenset[str]:
    """The core obligations that an acceptance of this filing would find not met; none in a month of
    practice, of which nothing is attested.
    """
    said = returns.read(filing.statement)
    try:
        policy = policy_of(session, said["policy"][-1]["version"])
    except UnknownPolicy:  # by which nothing is ever attested (chairs B1)
        return frozenset()
    core = [
        (policy.obligation(result["code"]), result)
        for result in said["results"]
        if policy.obligation(result["code"]).core
    ]
    given = {"excused": excused, "set_aside": set_aside}
    late = {o.code for o, result in core if word_of(o, result, late=True, **given)[0] == NOT_MET}
    if not late:  # whenever it was filed
        return frozenset()
    stands = standing(session, filing.isp_id, Period.parse(filing.period), at)
    if stands.practice:
        return frozenset()
    if stands.days_late:
        return frozenset(late)
    return frozenset(
        o.code for o, result in core if word_of(o, result, late=False, **given)[0] == NOT_MET
    )

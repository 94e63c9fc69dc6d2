"""An obligation: what an ISP owes, which figures answer it, and from which share on it is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from portal.policy.codes import Basis, JudgedAt, Measure, Tag
from portal.policy.parts import Code, Part, Tenths, Words

Indicator = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+-[0-9]{2}\.[a-z_]+$")]


class Obligation(Part):
    """One obligation. ``minimum_tenths`` 950 means: met from 95.0 % on; ``minima`` say otherwise
    for single indicators; None: nothing to count, the answer itself is judged.

    ``core``: where it is not met the paper is a statement of findings (chairs B4). ``judged_at``
    chooses the policy version (design §2.10). ``tags`` and ``mnr_ref`` (a capability of the Model
    National Response) only point elsewhere; both are proposals while ``mnr_proposed``.
    ``asks_deputies``: its declaration says how many people stand in for the first.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+-[0-9]{2}$")]
    title_en: Words
    title_km: Words
    summary_en: Words
    summary_km: Words
    judged_at: JudgedAt
    core: bool
    basis: Basis
    measured_by: Measure
    minimum_tenths: Tenths | None = None
    minima: dict[str, Tenths] = Field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    tags: tuple[Tag, ...] = ()
    mnr_ref: Words
    mnr_proposed: bool
    confirmed: bool
    not_assessed_reason: Code | None = None
    asks_deputies: bool = False

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        faults = [words.format(self.code) for broken, words in _FAULTS if broken(self)]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def minimum_of(self, indicator: str) -> int | None:
        """The share in tenths of a percent from which one of its indicators is met."""
        return self.minima.get(indicator, self.minimum_tenths)


def _unassessed(given: Obligation) -> bool:
    return given.measured_by is Measure.NOT_ASSESSED


def _counted(given: Obligation) -> bool:
    return given.measured_by not in (Measure.NOT_ASSESSED, Measure.DECLARATION)


_FAULTS: tuple[tuple[Callable[[Obligation], bool], str], ...] = (
    (lambda o: _unassessed(o) != (o.not_assessed_reason is not None),
     "{} needs a reason where it is not assessed, and only there"),
    (lambda o: _unassessed(o) and o.core,
     "{} is core but not assessed: nobody could ever meet it"),
    (lambda o: _counted(o) != bool(o.indicators),
     "{} needs indicators where a register or the filing answers it, and only there"),
    (lambda o: _counted(o) and any(o.minimum_of(i) is None for i in o.indicators),
     "{} has an indicator without a minimum"),
    (lambda o: any(not i.startswith(f"{o.code}.") for i in o.indicators),
     "{} names an indicator of another obligation"),
    (lambda o: not set(o.minima) <= set(o.indicators),
     "{} has a minimum for an indicator it does not name"),
    (lambda o: o.measured_by is Measure.DECLARATION and o.basis is not Basis.DECLARED,
     "{} is answered by a declaration: its basis is DECLARED"),
)  # fmt: skip

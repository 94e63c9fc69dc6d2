"""What the rules about samples say no to."""

from __future__ import annotations

from portal.errors import Refusal


class NothingToSample(Refusal):
    """No entry of that register stands behind the month."""

    code = "nothing-to-sample"


class SampleTooLarge(Refusal):
    """The policy says how many lines one sample has at most."""

    code = "sample-too-large"


class SampleUnfinished(Refusal):
    """The draw before has lines without a finding: nobody draws until a sample pleases."""

    code = "sample-unfinished"


class DifferenceNotNamed(Refusal):
    """A line that differs says in what; one that does not, says nothing of it."""

    code = "difference-not-named"


class FoundAlready(Refusal):
    """The same was found before."""

    code = "found-already"

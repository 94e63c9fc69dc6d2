"""What every versioned entry says no to."""

from __future__ import annotations

from portal.errors import Refusal


class ChangedMeanwhile(Refusal):
    """Somebody wrote after the reader looked; ``version`` is what stands now."""

    code = "changed-meanwhile"


class Unchanged(Refusal):
    """The correction says what stands there already."""

    code = "unchanged"


class NothingToWithhold(Refusal):
    """None of the values stands: empty, or withheld already."""

    code = "nothing-to-withhold"


class AlreadyDecidedOn(Refusal):
    """What was asked to be withheld (``number``) was decided already."""

    code = "withholding-decided"


class SamePersonWithholds(Refusal):
    """Destroying a value takes a second person."""

    code = "same-person-withholds"

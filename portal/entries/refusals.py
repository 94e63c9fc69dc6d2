"""What every versioned entry says no to."""

from __future__ import annotations

from portal.errors import Refusal


class ChangedMeanwhile(Refusal):
    """Somebody wrote after the reader looked; ``version`` is what stands now."""

    code = "changed-meanwhile"


class Unchanged(Refusal):
    """The correction says what stands there already."""

    code = "unchanged"

"""What uploads refuse."""

from __future__ import annotations

from portal.errors import Refusal, Refused


class AlreadyDecided(Refusal):
    """It was recorded or discarded meanwhile."""

    code = "upload-decided"


class NotCheckedYet(Refusal):
    """Nothing can be decided before its rows were looked at."""

    code = "upload-not-checked"


class FileRefused(Refused):
    """What is wrong with the whole file was found while its rows were read."""

    code = "file-refused"

"""What is being decided on: a file between being sent and being recorded, or thrown away.

A file lies in a private folder, is looked at before it gets there, and is gone within a day
(chairs B11). Its row knows who sent it and what was counted in it, never what stands in it.
"""

from portal.intake.uploads.actions import (
    begin,
    discard,
    give_reason,
    map_columns,
    note_check,
    note_job,
    sweep,
)
from portal.intake.uploads.model import Upload
from portal.intake.uploads.queries import (
    Stage,
    job_of,
    something_is_over,
    stage_of,
    upload_of,
    uploads_of,
)
from portal.intake.uploads.spool import Spool
from portal.intake.uploads.store import Store

__all__ = [
    "Spool",
    "Stage",
    "Store",
    "Upload",
    "begin",
    "discard",
    "give_reason",
    "job_of",
    "map_columns",
    "note_check",
    "note_job",
    "something_is_over",
    "stage_of",
    "sweep",
    "upload_of",
    "uploads_of",
]

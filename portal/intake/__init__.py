"""HOW IT COMES IN: files of entries, through the one check that pages use, too."""

from portal.intake.files import MOST_BYTES, MOST_ROWS
from portal.intake.notices import send_csv
from portal.intake.releases import record_csv
from portal.intake.reports import Report, RowProblem
from portal.intake.samples import sample_csv, sample_row
from portal.intake.sessions import hold_csv
from portal.intake.tables import admit_csv

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "Report",
    "RowProblem",
    "admit_csv",
    "hold_csv",
    "record_csv",
    "sample_csv",
    "sample_row",
    "send_csv",
]

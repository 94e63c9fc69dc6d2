"""HOW IT COMES IN: files of entries, through the one check that pages use, too."""

from portal.intake.columns import LEFT_OUT, Columns, propose
from portal.intake.files import LARGEST, MOST_BYTES, MOST_ROWS, Table
from portal.intake.notices import send_csv
from portal.intake.opening import open_table
from portal.intake.releases import record_csv
from portal.intake.reports import Group, Marked, Report, RowProblem
from portal.intake.room import NoRoom, room
from portal.intake.samples import sample_csv, sample_row
from portal.intake.sessions import hold_csv
from portal.intake.taking import Choice, take_in

__all__ = [
    "LARGEST",
    "LEFT_OUT",
    "MOST_BYTES",
    "MOST_ROWS",
    "Choice",
    "Columns",
    "Group",
    "Marked",
    "NoRoom",
    "Report",
    "RowProblem",
    "Table",
    "hold_csv",
    "open_table",
    "propose",
    "record_csv",
    "room",
    "sample_csv",
    "sample_row",
    "send_csv",
    "take_in",
]

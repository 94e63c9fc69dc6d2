"""What is said of a file that cannot be taken in, by the codes of its problems."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

FILE_RULES: dict[str, LazyString] = {
    "file-empty": _("The file holds no rows."),
    "file-too-large": _("The file is larger than %(limit_mib)s MiB. Send fewer rows at once."),
    "file-too-many-rows": _("The file holds more than %(limit)s rows. Cut it in parts."),
    "file-not-text": _(
        "This is not a table saved as CSV or XLSX. Images, films, archives and documents never"
        " come in."
    ),
    "file-is-a-page": _("This is a web page or a drawing (HTML, SVG, XML). Send a table instead."),
    "file-is-a-report": _(
        "This is an abuse report. It may hold places and evidence, so none comes in; nothing of it"
        " was kept. Make rows of it on your own machine with portal-extract."
    ),
    "file-is-a-message": _("This is an e-mail. Nothing of it was kept; send a table instead."),
    "file-not-unicode": _("Save the table as CSV in UTF-8 (Excel: “CSV UTF-8”)."),
    "file-not-a-workbook": _("This is no workbook that can be read. Save it anew as XLSX or CSV."),
    "file-locked": _("The workbook has a password. Save it without one."),
    "file-has-macros": _("The workbook holds macros. Save it as XLSX, without them."),
    "file-has-links": _("The workbook points to addresses or to other files. Remove all links."),
    "file-has-media": _("The workbook holds pictures or other files. None ever comes in."),
    "file-has-formulas": _("Cell %(cell)s is calculated. Paste the values instead of formulas."),
    "file-unpacks-too-large": _("The workbook unpacks to far more than its rows. Save it anew."),
    "file-too-wide": _("The head has more than %(limit)s columns. Send the columns asked for."),
    "file-cell-too-long": _("Line %(line)s holds a cell that is longer than any answer."),
    "file-not-a-table": _("Line %(line)s cannot be read as cells: check its quotation marks."),
    "no-room": _("There is no room left on the portal's disk. Nothing was recorded; try later."),
    "column-unknown": _("Column %(column)s has a name this register does not know."),
    "column-twice": _("%(label)s: column %(column)s names it once more."),
    "column-missing": _("%(label)s: there is no such column, and it is needed."),
    "template-of-another-register": _(
        "This file was made with the template of another register (%(template)s)."
    ),
    "template-of-another-version": _(
        "This file was made with version %(version)s of the template; version %(current)s is the"
        " one of today. Fetch it and copy your rows."
    ),
    "too-many-cells": _("This row has more cells than the head has columns (%(columns)s)."),
    "file-no-room": _("The portal has no room for the file just now. Nothing of it was kept."),
    "file-refused": _("This file cannot be taken in."),
    "upload-decided": _("This file was recorded or deleted meanwhile."),
    "upload-not-checked": _("This file is still being checked. Ask again when that is done."),
    "file-not-recorded": _(
        "Nothing was recorded: something changed since the file was checked. Read the new report."
    ),
    "file-has-wrong-rows": _("Rows that are wrong: %(count)s. Mend them, or record the good rows."),
    "file-has-other-rows": _(
        "Rows that differ from what was recorded before: %(count)s. Say why, or record the others."
    ),
    "warnings-unread": _("%(label)s: tick it once you have read them."),
}

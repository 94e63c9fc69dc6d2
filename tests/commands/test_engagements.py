"""Auditors are let in by command as by page: two officers, and the same refusals."""

from __future__ import annotations

from tests.journeys.test_an_audit import MONTH, files
from tests.town import Town

PROPOSE = (
    "engagements", "propose", "audit", "--person", "ly@example.org", "--isp", "mekong-net",
    "--first", "2026-10", "--last", "2026-10", "--from", "2026-11-05", "--until", "2026-11-30",
)  # fmt: skip


def test_two_officers_let_an_auditor_in_by_command_and_end_it(town: Town) -> None:
    with town.session() as session:
        files(town, session, "mekong-net", "takedowns", "blocklists", "training")
    number = ("--reference", "Mandate 7")
    said = town.runs(*PROPOSE, "--reference", "see www.example.org", "--as", "pich@example.org",
                     expect=2)  # fmt: skip
    assert "looks like" in said
    assert town.runs(*PROPOSE, *number, "--as", "pich@example.org") == "EN-0001\n"
    said = town.runs("engagements", "confirm", "1", "--as", "pich@example.org", expect=1)
    assert "another officer confirms it" in said
    town.visit("ly").opens(MONTH, 404)

    town.runs("engagements", "confirm", "1", "--as", "chan@example.org")
    auditor = town.visit("ly").opens(MONTH)
    auditor.fills_in(409, form="samples", slug="takedowns", wanted="1")
    assert "No entry of this register" in auditor.errors()[0]

    town.runs("engagements", "end", "1", "--reason", "WORK_DONE", "--as", "chan@example.org")
    auditor.opens(MONTH, 404)
    town.runs("engagements", "redraw", "mekong-net", "R-2026-10-9999-1", "takedowns", "1", expect=1)

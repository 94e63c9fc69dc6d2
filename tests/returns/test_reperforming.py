"""A filed statement is pinned to the byte, bound in size, and rebuilt whatever happened since."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import ValidationError
from sqlalchemy import text

from portal.accounts.actions import Naming, rename
from portal.accounts.licensing import license_isp
from portal.accounts.model import LicenceKind
from portal.canonical import canonical, sha256
from portal.period import Period
from portal.policy.actions import override_day
from portal.policy.codes import DayKind
from portal.registers.codes import Progress
from portal.returns import actions as returns
from portal.returns import reperform as again
from portal.returns.model import AmendmentReason, Filing
from portal.returns.statement import check
from tests.build import FOUNDER
from tests.returns.clock import NOVEMBER, OCTOBER
from tests.returns.office import Office, said_by

GOLDEN = Path(__file__).parents[1] / "golden" / "statement-october.json"


def a_month_of_everything(office: Office) -> Filing:
    """October with an entry in every register, filed."""
    office.opens(OCTOBER, 1)
    late = office.logs(received_at="2026-10-05 08:00", note="Waiting for the data centre")
    office.acts(late, "2026-10-08 08:00", late_reason="POWER_OR_NETWORK_OUTAGE")
    office.moves(late, Progress.ACKNOWLEDGED, "2026-10-05 09:00")
    office.moves(
        late, Progress.REPORTED, "2026-10-05 10:00", authority="POLICE_CYBERCRIME", reference="P-1"
    )
    away = office.logs(service_role="ACCESS", hosting_country="NL", item_no=2)
    office.acts(away, "2026-10-12 10:00", "BLOCKED")
    office.moves(away, Progress.FORWARDED, "2026-10-12 11:00")
    urgent = office.logs(priority="P1_CHILD_IN_DANGER", source_type="POLICE")
    office.moves(
        urgent, Progress.PAUSED, "2026-10-12 09:20", pause_reason="CLARIFICATION",
        until_at="2026-10-12 09:50",
    )  # fmt: skip
    office.acts(urgent, "2026-10-12 10:30", time_source="ESTIMATE")
    office.logs(received_at="2026-10-31 23:30")
    office.logs("blocklists")
    office.logs("complaints", acknowledged_at="2026-10-14 11:00")
    office.logs("roster")
    office.logs("roster", staff_ref="S-0500", joined_on="2026-09-20", from_on="2026-09-20")
    office.logs("training")
    office.logs("training", staff_ref="S-0500", level="INDUCTION")
    office.declares()
    return office.at("2026-11-05 11:00").returns(OCTOBER)


def test_the_statement_of_a_month_is_pinned(office: Office) -> None:
    filing = a_month_of_everything(office)
    assert filing.statement == canonical(said_by(filing))
    assert filing.statement_digest == sha256(filing.statement)
    # Rewrite it, when what a statement says was changed on purpose, from this very value.
    assert json.loads(GOLDEN.read_bytes()) == said_by(filing)
    assert GOLDEN.read_bytes() == filing.statement + b"\n"


def test_a_statement_is_rebuilt_to_the_byte_whatever_was_recorded_adopted_or_named_since(
    office: Office,
) -> None:
    first = a_month_of_everything(office)
    office.at("2026-11-06 10:00")
    key = office.items()[0]
    office.corrects(key, priority="P1_CHILD_IN_DANGER", source_type="POLICE")
    office.mends(key, 1, "2026-10-07 08:00", action="REMOVED")
    office.retracts(key, 2)
    office.voids(office.items()[1])
    office.logs(received_at="2026-10-20 10:00")
    office.logs("blocklists", published_at="2026-10-20 10:00", fetched_at="2026-10-20 11:00",
                applied_at="2026-10-20 12:00")  # fmt: skip
    office.declares(answer="NO", checked_on="2026-11-01")
    _change_the_law(office)
    returns.recall(office.session, office.isp.id, OCTOBER, 1, by=office.approver, at=office.now)
    second = office.returns(OCTOBER, AmendmentReason.RECALLED)
    third = office.at("2026-12-03 10:00").returns(NOVEMBER)
    # A month that nobody had asked for before, filed late: it was silent when October was filed.
    office.opens(Period(2026, 8))
    office.returns(Period(2026, 8))

    for filing in (first, second, third):
        assert again.reperform(office.session, filing).differs == ()
        assert again.reperform(office.session, filing).equal
    assert len(again.every_filing(office.session)) == 4
    assert [p["version"] for p in said_by(first)["policy"]] == ["2026.1"]


def _change_the_law(office: Office) -> None:
    session, by, at = office.session, office.reviewer, office.now
    override_day(
        session, date(2026, 11, 10), DayKind.HOLIDAY, name_en="A fictional day",
        name_km="ថ្ងៃសាកល្បង", sub_decree="No. 1", by=by, at=at,
    )  # fmt: skip
    rename(session, office.isp.id, Naming("Other Net", "ផ្សេង", "R-2"), by=FOUNDER, at=at)
    license_isp(
        session, office.isp.id, "L-2", LicenceKind.FIXED_ISP,
        from_on=date(2026, 10, 1), by=FOUNDER, at=at,
    )  # fmt: skip


def test_a_policy_adopted_later_does_not_reach_back(office: Office) -> None:
    filing = a_month_of_everything(office)
    before = office.session.scalar(text("SELECT max(admitted_seq) FROM adoption")) or 0
    assert said_by(filing)["system_seq"] >= before


def test_a_changed_row_is_noticed_and_the_part_is_named(office: Office) -> None:
    filing = a_month_of_everything(office)
    forged = Filing(**{
        c.name: getattr(filing, c.name) for c in Filing.__table__.columns
    })  # fmt: skip
    said = said_by(filing)
    said["roll_forward"]["closing"] += 1
    forged.statement = canonical(said)
    found = again.reperform(office.session, forged)
    assert (found.equal, found.differs) == (False, ("roll_forward",))


@pytest.mark.parametrize(
    "wrong",
    [{"period": "2026-13"}, {"kind": "QUIET"}, {"seq": 1.5}, {"more": 1}, {"method": "other/1"}],
)
def test_a_statement_that_breaks_its_schema_is_never_frozen(
    office: Office, wrong: dict[str, Any]
) -> None:
    office.opens(OCTOBER)
    said = said_by(office.prepares(OCTOBER))
    check(said)
    with pytest.raises(ValidationError):
        check({**said, **wrong})


def test_no_pseudonym_reference_or_note_is_in_a_statement(office: Office) -> None:
    filing = a_month_of_everything(office)
    for text_ in (b"S-0421", b"IHC-2026", b"data centre", b"Sok Dara", b"P-1"):
        assert text_ not in filing.statement

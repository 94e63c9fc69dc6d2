"""What is typed is understood as people write it, and everything wrong is said at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.errors import Refused
from portal.registers import PROGRESS_INPUTS, REGISTERS
from portal.registers.codes import Method, Progress
from portal.registers.inputs_blocklists import BlocklistUpdateIn
from portal.registers.inputs_staff import DeclarationIn
from tests.build import (
    DECLARATION,
    NOW,
    TAKEDOWN,
    UPDATE,
    a_complaint,
    a_completion,
    a_declaration,
    a_span,
    a_step,
    a_takedown,
    an_update,
    made,
)

pytestmark = pytest.mark.usefixtures("authority")


def refused(build: Any, session: Session, **over: Any) -> list[tuple[str | None, str]]:
    with pytest.raises(Refused) as found:
        build(session, **over)
    return [(field, code) for field, code, _ in found.value.problems]


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-01 03:00",
        "2026-11-01T03:00:00",
        "2026-11-01T03:00+07:00",
        "2026-10-31T20:00:00Z",
        "01/11/2026 03:00",
        "1/11/2026 3:00",
        "០១/១១/២០២៦ ០៣:០០",
        datetime(2026, 10, 31, 20, 0, tzinfo=UTC),
        datetime(2026, 11, 1, 3, 0),  # noqa: DTZ001 - a form without a zone
    ],
)
def test_a_time_is_on_the_clocks_of_phnom_penh_unless_it_says_otherwise(
    session: Session, typed: Any
) -> None:
    entry = a_takedown(session, received_at=typed)
    assert entry.received_at == datetime(2026, 10, 31, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["2026-10-06", "06/10/2026", "6/10/2026", "០៦/១០/២០២៦"])
def test_a_day_may_be_written_as_officers_write_it(session: Session, typed: str) -> None:
    assert a_completion(session, held_on=typed).held_on == date(2026, 10, 6)


@pytest.mark.parametrize("typed", ["1,250", "១២៥០", " 1250 ", "1 250", 1250])
def test_a_number_may_have_separators_and_khmer_digits(session: Session, typed: Any) -> None:
    assert an_update(session, entries_total=typed).entries_total == 1250


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-10-31", "datetime_from_date_parsing"),
        ("31.13.2026 10:00", "datetime_parsing"),
        ("yesterday at 10:00", "datetime_parsing"),
        (1793664000, "datetime_type"),
        ("0026-10-31 10:00", "too-long-ago"),
    ],
)
def test_what_is_no_time_is_refused(session: Session, typed: Any, code: str) -> None:
    assert ("received_at", code) in refused(a_takedown, session, received_at=typed)


def test_every_error_is_said_at_once_fields_and_rules_together(session: Session) -> None:
    found = refused(
        a_takedown,
        session,
        source_ref="hxxp://example.invalid/1",
        item_no="first",
        issued_at="2027-01-01 10:00",
        hosting_country="VN",
        legal_basis="BECAUSE",
        assessed_by="PROVIDER_UNVERIFIED",
        priority="P1_CHILD_IN_DANGER",
        source_type="USER_REPORT",
        url="x",
    )
    assert set(found) == {
        ("source_ref", "looks-like-locator"),
        ("item_no", "int_parsing"),
        ("url", "extra_forbidden"),
        ("issued_at", "in-the-future"),
        ("received_at", "received-before-issued"),
        ("hosting_country", "hosted-elsewhere"),
        ("legal_basis", "not-a-legal-basis"),
        ("assessed_by", "assessment-needs-a-body"),
        ("source_type", "danger-is-said-by-a-body"),
    }


def test_a_refusal_repeats_nothing_that_was_typed(session: Session) -> None:
    with pytest.raises(Refused) as found:
        a_takedown(session, note="see hxxp://secret.invalid", source_ref="secret@example.invalid")
    assert "secret" not in repr(found.value.problems)
    assert found.value.__cause__ is None
    assert found.value.__suppress_context__


def test_the_category_follows_from_the_legal_basis(session: Session) -> None:
    assert a_takedown(session).category == "CSAM"
    assert a_takedown(session, legal_basis="COURT_CSEA").category == "CSEA"
    assert refused(a_takedown, session, category="CSEA") == [
        ("category", "category-of-another-basis")
    ]
    assert refused(a_takedown, session, category="NEWS") == [("category", "enum")]


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        ({"instrument": "ORDER"}, ("source_type", "orders-come-from-authorities")),
        (
            {"instrument": "ORDER", "source_type": "COURT", "source_ref": None},
            ("source_ref", "order-needs-its-reference"),
        ),
        (
            {"priority": "P1_CHILD_IN_DANGER", "source_ref": None},
            ("source_ref", "danger-needs-its-reference"),
        ),
        ({"source_type": "OWN_INITIATIVE"}, ("instrument", "own-initiative-is-both")),
        ({"received_at": "2026-10-12 08:54"}, ("received_at", "received-before-issued")),
        ({"received_at": "2026-11-05 10:06"}, ("received_at", "in-the-future")),
        ({"hosting_country": "KA"}, ("hosting_country", "not-a-country")),
        ({"handled_by": "Sok Dara"}, ("handled_by", "not-a-pseudonym")),
        ({"own_ref": "ប" * 65}, ("own_ref", "string_too_long")),
        ({"own_ref": "a;b"}, ("own_ref", "not-a-reference")),
        ({"note": "x" * 301}, ("note", "string_too_long")),
        ({"note": "abc\x00"}, ("note", "not-plain-text")),
    ],
)
def test_a_takedown_is_refused(
    session: Session, over: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(a_takedown, session, **over) == [problem]


@pytest.mark.parametrize("received", ["2026-10-12 08:56", "2026-11-05 10:04"])
def test_clocks_may_differ_by_five_minutes(session: Session, received: str) -> None:
    assert a_takedown(session, received_at=received)


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        ({"list_code": "SECRET_LIST"}, ("list_code", "not-a-permitted-list")),
        ({"list_kind": "URL"}, ("list_kind", "not-a-kind-of-this-list")),
        ({"serial": None}, ("serial", "zone-needs-its-serial")),
        ({"serial": 2**32}, ("serial", "less_than_equal")),
        ({"update_kind": "ROLLBACK"}, ("note", "rollback-needs-a-reason")),
        ({"content_digest": "abc"}, ("content_digest", "string_pattern_mismatch")),
        ({"fetched_at": "2026-10-12 11:50"}, ("fetched_at", "fetched-before-published")),
        ({"applied_at": "2026-10-12 12:20"}, ("applied_at", "applied-before-fetched")),
        ({"applied_at": None}, ("applied_at", "applied-when")),
        ({"points_live": 5}, ("applied_at", "not-yet-applied-everywhere")),
        ({"points_live": 7}, ("points_live", "more-live-than-in-scope")),
        ({"subscribers_covered": 40001}, ("subscribers_covered", "more-covered-than-in-scope")),
        ({"malformed": 5001}, ("entries_total", "more-left-out-than-there-are")),
        ({"added": 5001}, ("added", "more-added-than-there-are")),
        ({"update_kind": "ADD"}, ("removed", "additions-remove-nothing")),
        ({"update_kind": "DELIST"}, ("added", "removals-add-nothing")),
        ({"methods": "HASH_MATCH_UPLOAD"}, ("methods", "not-a-method-of-this-kind")),
        ({"methods": ""}, ("methods", "too_short")),
        ({"tested_at": None}, ("tested_at", "test-needs-its-time")),
        ({"test_result": "NOT_RUN"}, ("test_result", "test-needs-its-result")),
        ({"vantage_points": 0}, ("vantage_points", "test-needs-a-point")),
    ],
)
def test_an_update_is_refused(
    session: Session, over: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(an_update, session, **over) == [problem]


def test_several_methods_may_stand_in_one_cell(session: Session) -> None:
    update = an_update(session, methods="SNI; DNS_RPZ")
    assert update.methods == {Method.DNS_RPZ, Method.SNI}
    assert update.columns()["methods"] == "DNS_RPZ SNI"
    assert len(update.columns()["content_digest"]) == 32


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        ({"held_on": "2026-11-06"}, ("held_on", "in-the-future")),
        ({"minutes": 14}, ("minutes", "greater_than_equal")),
        ({"result": "EXEMPT"}, ("exempt_until", "exempt-needs-an-end")),
        ({"exempt_until": "2027-01-01"}, ("exempt_until", "only-exempt-has-an-end")),
        (
            {"result": "EXEMPT", "exempt_until": "2026-10-05"},
            ("exempt_until", "ends-before-it-begins"),
        ),
        ({"staff_ref": "Dara"}, ("staff_ref", "not-a-pseudonym")),
    ],
)
def test_a_completion_is_refused(
    session: Session, over: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(a_completion, session, **over) == [problem]


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        ({"from_on": "2025-08-31"}, ("from_on", "in-role-before-joining")),
        ({"until_on": "2025-08-31"}, ("until_on", "ends-before-it-begins")),
        ({"from_on": "2026-12-01"}, ("from_on", "in-the-future")),
        ({"handles_notices": "no"}, ("handles_notices", "designated-handlers-handle-notices")),
    ],
)
def test_a_span_is_refused(
    session: Session, over: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(a_span, session, **over) == [problem]


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        ({"list_code": "MY_LIST"}, ("list_code", "not-a-permitted-list")),
        ({"acknowledged_at": "2026-10-14 09:00"}, ("acknowledged_at", "before-the-complaint")),
        ({"decided_at": "2026-10-20 09:00"}, ("outcome", "decision-needs-both")),
        ({"outcome": "UPHELD"}, ("decided_at", "decision-needs-both")),
        ({"restored_at": "2026-10-20 09:00"}, ("restored_at", "restored-only-if-upheld")),
    ],
)
def test_a_complaint_is_refused(
    session: Session, over: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(a_complaint, session, **over) == [problem]


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        ({"obligation": "SP5-03"}, ("obligation", "not-a-declared-obligation")),
        ({"obligation": "SP5-01"}, ("deputies", "deputies-how-many")),
        ({"deputies": 1}, ("deputies", "deputies-not-asked")),
        ({"checked_on": "2025-12-31"}, ("checked_on", "checked-before-it-was-true")),
    ],
)
def test_a_declaration_is_refused(
    session: Session, over: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(a_declaration, session, **over) == [problem]
    assert made(session, DeclarationIn, DECLARATION)


def test_each_progress_asks_for_its_own_fields(session: Session) -> None:
    missing = {kind: refused(a_step, session, kind=kind, when="x") for kind in PROGRESS_INPUTS}

    assert all(("occurred_at", "datetime_from_date_parsing") in found for found in missing.values())
    assert ("action", "missing") in missing[Progress.ACTIONED]
    assert ("reference", "missing") in missing[Progress.WITHDRAWN]
    authoritys = {Progress.PAUSE_APPROVED, Progress.TRANSFERRED}
    assert set(Progress) - set(PROGRESS_INPUTS) == authoritys


def test_a_planned_end_of_a_pause_may_lie_ahead(session: Session) -> None:
    pause = {"pause_reason": "FORCE_MAJEURE", "until_at": "2026-11-05 18:00"}
    assert a_step(session, Progress.PAUSED, "2026-11-05 09:00", **pause)
    assert refused(
        a_step, session, kind=Progress.PAUSED, when="2026-11-05 10:30", **pause
    ) == [("occurred_at", "in-the-future")]  # fmt: skip


def test_inputs_fill_columns_of_their_own_register() -> None:
    for register in REGISTERS.values():
        columns = set(register.table.__table__.columns.keys())
        assert set(register.input.model_fields) <= columns
        assert {register.dated_by, *register.shown, *register.filters} <= columns


def test_the_examples_are_right_as_text_too(session: Session) -> None:
    typed = {name: str(value) for name, value in UPDATE.items()}
    assert made(session, BlocklistUpdateIn, typed) == an_update(session)
    assert NOW.tzinfo is UTC
    assert "url" not in TAKEDOWN

"""XARF reports on the ISP's machine: what leaves, what stays, what is refused."""

from __future__ import annotations

import ast
import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import extract
from portal.extract.__main__ import ASSESSORS, PRIORITIES, ROLES, SOURCES, main
from portal.extract.xarf import ASSESSMENTS, COLUMNS, HARMS, MEDIA, Desk, row_of
from portal.notices.codes import Assessment, Assessor, Harm, Media, SourceType
from portal.policy.codes import Priority, ServiceRole
from portal.registers.inputs_takedowns import TakedownIn

WORDS = ("--legal-basis", "CC-41", "--source-type", "HOTLINE_INHOPE_PEER", "--country", "KH")
RECEIVED = datetime(2026, 10, 5, 4, tzinfo=UTC)
DESK = Desk("POLICE", "CC-41", "POLICE", "P2_STANDARD", "HOSTING", "KH", "S-0421")
SECRET = "never-leaves"


def a_report(**over: Any) -> dict[str, Any]:
    """A fictional report; whatever must stay on the machine says so."""
    contact = {"org": SECRET, "contact": f"{SECRET}@desk.example", "domain": "desk.example"}
    return {
        "xarf_version": "4.2.0",
        "report_id": "0B7C1A5E-52D3-4F6A-9C1D-3E5F7A9B1C2D",
        "timestamp": "2026-10-05T10:30:00+07:00",
        "reporter": contact,
        "sender": contact,
        "source_identifier": "192.0.2.7",
        "category": "content",
        "type": "csam",
        "url": f"https://{SECRET}.example/",
        "classification": "baseline",
        "detection_method": "hash_match",
        "media_type": "image",
        "hash_values": {"sha256": "ab" * 32},
        "evidence": [{"content_type": "image/png", "payload": SECRET, "description": SECRET}],
        "tags": [f"csam:{SECRET}"],
        **over,
    }


def test_a_report_becomes_a_row_of_references_times_and_types() -> None:
    row = row_of(a_report(), DESK, RECEIVED)

    assert row == {
        "own_ref": "0b7c1a5e-52d3-4f6a-9c1d-3e5f7a9b1c2d",
        "source_ref": "0b7c1a5e-52d3-4f6a-9c1d-3e5f7a9b1c2d",
        "source_type": "POLICE",
        "item_no": "1",
        "instrument": "NOTICE",
        "legal_basis": "CC-41",
        "priority": "P2_STANDARD",
        "service_role": "HOSTING",
        "harm": "CSAM",
        "assessment": "BASELINE",
        "assessed_by": "POLICE",
        "media": "IMAGE",
        "locator_kind": "URL",
        "hosting_country": "KH",
        "issued_at": "2026-10-05T03:30:00Z",
        "received_at": "2026-10-05T04:00:00Z",
        "handled_by": "S-0421",
    }


TEXTS = st.text(max_size=30)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(said=st.dictionaries(st.sampled_from(sorted(a_report())) | TEXTS, ANYTHING, max_size=6))
def test_whatever_a_report_says_only_listed_words_leave(said: dict[str, Any]) -> None:
    fixed = {name: a_report()[name] for name in ("report_id", "timestamp", "xarf_version", "type")}
    fixed |= {"category": "content", "classification": "A1"}

    row = row_of({**a_report(), **said, **fixed}, DESK, RECEIVED)

    told = row_of(a_report(classification="A1"), DESK, RECEIVED)
    kinds = {"URL", "DOMAIN", "ACCOUNT", "HASH", "IP_PORT"}
    assert row.pop("locator_kind") in kinds
    assert row.pop("media") in {word.upper() for word in MEDIA} | {"UNKNOWN"}
    assert row == {name: value for name, value in told.items() if name in row}


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"type": "phishing"}, "another type"),
        ({"category": "reputation", "type": "blocklist"}, "another type"),
        ({"type": ["csam"]}, "another type"),
        ({"xarf_version": "3.0.0"}, "version 4"),
        ({"report_id": "a ticket"}, "UUID"),
        ({"timestamp": "2026-10-05T10:30:00"}, "time zone"),
        ({"timestamp": "yesterday"}, "time zone"),
        ({"timestamp": "2026-10-05T11:30:00+07:00"}, "later than it was received"),
        ({"classification": "C9"}, "classification"),
        ({"type": "csem", "exploitation_type": SECRET}, "exploitation_type"),
    ],
)
def test_what_is_no_such_report_is_refused_in_words_that_repeat_nothing(
    over: dict[str, Any], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "1.json").write_text(json.dumps(a_report(**over)), encoding="utf-8")
    out = tmp_path / "rows.csv"

    code = main(
        ["xarf", str(tmp_path), "-o", str(out), "--received-at", RECEIVED.isoformat(), *WORDS]
    )

    said = capsys.readouterr().err
    assert (code, out.exists()) == (1, False)
    assert why in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'{"type": "csam", "type": "csem"}', "twice"),
        (b'{"x": NaN}', "number"),
        (b"[" * 100_000, "JSON"),
        (b"[" * 70 + b"]" * 70, "levels"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"From: a@desk.example\n", "JSON"),
        (b'"text"', "not a report"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    data: bytes, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "1.json").write_bytes(data)

    assert main(["xarf", str(tmp_path), *WORDS]) == 1
    assert why in capsys.readouterr().err


def test_one_bad_report_keeps_all_rows_back_unless_the_good_ones_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "1.json").write_text(json.dumps([a_report(), a_report()]), encoding="utf-8")
    (reports / "2.json").write_text(json.dumps(a_report(type="phishing")), encoding="utf-8")
    out = tmp_path / "rows.csv"
    words = ["xarf", str(reports), "-o", str(out), *WORDS]

    assert main(words) == 1
    assert not out.exists()
    assert main([*words, "--good-only"]) == 1

    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["harm"] for row in rows] == ["CSAM"]
    assert oct(out.stat().st_mode)[-3:] == "600"
    assert SECRET not in capsys.readouterr().err


def test_its_words_are_those_of_the_register() -> None:
    assert set(COLUMNS) <= set(TakedownIn.model_fields)
    assert set(SOURCES) == {*SourceType} - {SourceType.OWN_INITIATIVE}
    assert set(ASSESSORS) == {*Assessor}
    assert set(PRIORITIES) == {*Priority}
    assert set(ROLES) == {*ServiceRole}
    assert set(HARMS.values()) <= {*Harm}
    assert set(ASSESSMENTS.values()) <= {*Assessment}
    assert {word.upper() for word in MEDIA} <= {*Media}


def test_it_stands_alone_and_reaches_no_network_to_read_a_report() -> None:
    for file in Path(extract.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            ours = [name for name in named if name.partition(".")[0] == "portal"]
            assert all(name.startswith("portal.extract") for name in ours), file.name
            assert not {"socket", "urllib", "http"} & {n.partition(".")[0] for n in named}

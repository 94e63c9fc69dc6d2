"""Lists on the ISP's machine: counted, compared and digested; no name leaves."""

from __future__ import annotations

import csv
import random
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.extract import rpz
from portal.extract.__main__ import METHODS, STOP_PAGES, TRANSPORTS, main
from portal.extract.lists import HEX_DIGITS, change_between, digest_of
from portal.extract.updates import COLUMNS
from portal.notices.codes import UpdateKind
from portal.policy.codes import ListKind
from portal.registers.codes import Method, StopPage, Transport
from portal.registers.inputs_blocklists import BlocklistUpdateIn

SECRET = "never-leaves"
ZONE = "rpz.example"
PUBLISHED = "2026-10-05T10:00:00+07:00"
HEAD = (
    "@ 300 IN SOA ns.example. admin.example. {serial} 3600 900 86400 3600\n"
    "@ 300 IN NS ns.example.\n"
)
RULES = (
    f"{SECRET}.one.example CNAME .",
    f"*.{SECRET}.one.example CNAME .",
    f"{SECRET}.two.example CNAME stop.isp.example.",
    "32.7.2.0.192.rpz-ip CNAME .",
    "test-entry.example CNAME .",
)


def a_zone(*rules: str, serial: int = 1) -> str:
    """The text of a zone with these rules."""
    return HEAD.format(serial=serial) + "".join(f"{rule}\n" for rule in rules or RULES)


def extract(
    tmp_path: Path, source: str, *more: str, kind: str = "rpz"
) -> tuple[int, dict[str, str]]:
    """Run the command; gives its exit code and the row, empty if none was written."""
    out = tmp_path / "row.csv"
    out.unlink(missing_ok=True)
    words = [kind, source, "-o", str(out), "--last", str(tmp_path / "last")]
    words += ["--list-code", "TRC_ORDER_CSAM", "--published-at", PUBLISHED, "--subscribers", "900"]
    words += ["--zone", ZONE, "--stop-page", "YES"] if kind == "rpz" else []
    code = main([*words, *more])
    told = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return code, next(csv.DictReader(told), {})


def written(tmp_path: Path, text: str, name: str = "zone") -> str:
    """A file with this text."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / name)


def test_a_zone_becomes_a_row_of_counts_without_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, row = extract(
        tmp_path, written(tmp_path, a_zone(serial=7)), "--test-entry", "test-entry.example"
    )

    assert code == 0
    assert row["serial"] == "7"
    assert (row["update_kind"], row["entries_total"]) == ("FULL_RESET", "5")
    assert (row["points_in_scope"], row["points_live"]) == ("1", "1")
    assert (row["test_result"], row["vantage_points"]) == ("PASS", "1")
    assert row["published_at"] == "2026-10-05T03:00:00Z"
    said = capsys.readouterr().err
    assert said == "5 entries: 0 added, 0 removed, 0 changed.\n"
    assert SECRET not in "".join(row.values())


@given(seed=st.randoms(use_true_random=False))
def test_the_digest_minds_neither_order_nor_spelling_nor_serial(seed: random.Random) -> None:
    rules = list(RULES)
    seed.shuffle(rules)
    respelled = [
        rule.upper().replace(" CNAME ", f" {seed.choice(['', '60 ', '60 IN '])}CNAME\t")
        for rule in rules
    ]
    text = a_zone(*respelled, "; a comment", serial=seed.randrange(2**32))

    assert digest(text) == digest(a_zone())


def digest(text: str) -> str:
    """The digest of a zone's text."""
    return digest_of(rpz.entries_of(rpz.read_zone(text.encode(), ZONE)))


@given(before=st.sets(st.integers(0, 30), min_size=1), now=st.sets(st.integers(0, 30), min_size=1))
def test_added_and_removed_lead_from_one_total_to_the_next(before: set[int], now: set[int]) -> None:
    change = change_between(dict.fromkeys(map(str, before), "-"), dict.fromkeys(map(str, now), "-"))

    assert len(before) + change.added - change.removed == len(now)
    assert (change.kind == "MIXED") == bool(before - now and now - before)


def test_each_run_counts_against_the_last_one(tmp_path: Path) -> None:
    extract(tmp_path, written(tmp_path, a_zone(serial=1)))

    _, added = extract(tmp_path, written(tmp_path, a_zone(*RULES, "new.example CNAME .", serial=2)))
    _, removed = extract(tmp_path, written(tmp_path, a_zone(*RULES[1:], serial=3)))
    redirected = (f"*.{SECRET}.one.example A 192.0.2.1", *RULES[2:])
    _, deed = extract(tmp_path, written(tmp_path, a_zone(*redirected, serial=4)))

    kinds = [(row["update_kind"], row["added"], row["removed"]) for row in (added, removed, deed)]
    assert kinds == [("ADD", "1", "0"), ("DELIST", "0", "2"), ("MIXED", "0", "0")]
    assert oct((tmp_path / "last").stat().st_mode)[-3:] == "600"


def test_a_serial_wraps_and_one_that_went_back_is_asked_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract(tmp_path, written(tmp_path, a_zone(serial=2**32 - 1)))
    wrapped, _ = extract(tmp_path, written(tmp_path, a_zone(serial=4)))
    back, row = extract(tmp_path, written(tmp_path, a_zone(serial=3)))
    assert (wrapped, back, row) == (0, 1, {})
    assert "--rebuilt" in capsys.readouterr().err

    code, row = extract(tmp_path, written(tmp_path, a_zone(serial=3)), "--rebuilt")
    assert (code, row["update_kind"]) == (0, "FULL_RESET")


def test_a_point_that_is_behind_is_named_and_the_list_not_yet_applied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = written(tmp_path, a_zone(serial=2))
    old = written(tmp_path, a_zone(*RULES[:-1], serial=1), "old")

    _, row = extract(
        tmp_path, now, "--point", f"north={now}", "--point", f"south={old}", "--covered", "500",
        "--test-entry", "test-entry.example",
    )  # fmt: skip

    assert (row["points_in_scope"], row["points_live"]) == ("2", "1")
    assert (row["applied_at"], row["subscribers_covered"]) == ("", "500")
    assert (row["test_result"], row["vantage_points"]) == ("FAIL", "2")
    assert capsys.readouterr().err.endswith("Not there yet: south.\n")


def test_a_zone_is_asked_of_its_server_whole_and_then_what_changed(tmp_path: Path) -> None:
    zones = [a_zone(serial=1), a_zone(*RULES, "new.example CNAME .", serial=2)]
    with served(zones) as (port, asked):
        code, first = extract(tmp_path, f"@127.0.0.1:{port}")
        zones.pop(0)
        again, second = extract(tmp_path, f"@127.0.0.1:{port}")

    assert (code, again) == (0, 0)
    assert (first["transport"], first["entries_total"]) == ("RPZ_AXFR", "5")
    assert (second["transport"], second["entries_total"], second["added"]) == ("RPZ_IXFR", "6", "1")
    assert asked == ["AXFR", "IXFR"]


def test_a_server_that_does_not_answer_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served([a_zone()]) as (port, _):
        pass

    assert extract(tmp_path, f"@127.0.0.1:{port}") == (1, {})
    assert "did not hand over the zone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{SECRET}.example CNAME .\n", "no SOA"),
        (HEAD.format(serial=1), "names nothing"),
        (f"{SECRET} )( nonsense", "not a zone file"),
        (f"$INCLUDE /etc/{SECRET}\n", "not a zone file"),
        ("\x00\x01", "not a zone file"),
    ],
)
def test_what_is_no_zone_is_refused_and_not_repeated(
    text: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert extract(tmp_path, written(tmp_path, text)) == (1, {})

    said = capsys.readouterr().err
    assert why in said
    assert SECRET not in said
    assert not (tmp_path / "last").exists()


def test_a_list_of_hashes_likewise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hashes = [f"{number:064x}" for number in range(1, 5)]
    first = written(tmp_path, "# a list\n" + "\n".join(hashes[:3]) + "\nnot one\n")
    extract(tmp_path, first, "--list-kind", "HASH_SHA256", kind="hashes")

    second = written(tmp_path, "\n".join([h.upper() + ",a,b" for h in reversed(hashes)]))
    code, row = extract(tmp_path, second, "--list-kind", "HASH_SHA256", kind="hashes")

    assert code == 0
    assert (row["update_kind"], row["added"], row["entries_total"]) == ("ADD", "1", "4")
    assert (row["methods"], row["transport"]) == ("HASH_MATCH_UPLOAD", "CSV")
    assert not {*hashes} & {*row.values()}
    none, _ = extract(tmp_path, second, "--list-kind", "HASH_MD5", kind="hashes")
    assert (none, "holds no hash" in capsys.readouterr().err) == (1, True)


def test_its_words_are_those_of_the_register() -> None:
    assert set(COLUMNS) <= set(BlocklistUpdateIn.model_fields)
    assert set(METHODS) == {*Method} - {Method.HASH_MATCH_UPLOAD}
    assert set(STOP_PAGES) == {*StopPage}
    assert set(TRANSPORTS) == {*Transport}
    assert set(HEX_DIGITS) == {kind for kind in ListKind if kind.startswith("HASH_")}
    assert {"FULL_RESET", "ADD", "DELIST", "MIXED"} <= {*UpdateKind}


def test_the_row_is_one_that_the_register_takes_in(tmp_path: Path) -> None:
    _, row = extract(tmp_path, written(tmp_path, a_zone()))

    assert datetime.fromisoformat(row["applied_at"]).tzinfo == UTC
    assert len(row["own_ref"]) <= 64


@contextmanager
def served(zones: list[str]) -> Iterator[tuple[int, list[str]]]:
    """A name server that hands over the first of these zones; an older one may be asked from."""
    asked: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            (length,) = struct.unpack("!H", self.rfile.read(2))
            query = dns.message.from_wire(self.rfile.read(length))
            asked.append(dns.rdatatype.to_text(query.question[0].rdtype))
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.AA
            answer.answer = _records(query, dns.zone.from_text(zones[0], ZONE, relativize=False))
            wire = answer.to_wire(max_size=65535)
            self.wfile.write(struct.pack("!H", len(wire)) + wire)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1], asked
        finally:
            server.shutdown()
            thread.join()


def _records(query: dns.message.Message, zone: dns.zone.Zone) -> list[Any]:
    soa = zone.get_rrset(zone.origin, dns.rdatatype.SOA)
    if query.question[0].rdtype == dns.rdatatype.AXFR:
        rest = [
            dns.rrset.from_rdata_list(name, one.ttl, list(one))
            for name, node in zone.items()
            for one in node
            if one.rdtype != dns.rdatatype.SOA
        ]
        return [soa, *rest, soa]
    # What changed since the serial that was asked from: one rule more.
    old = query.authority[0]
    return [soa, old, soa, zone.get_rrset(f"new.example.{ZONE}.", dns.rdatatype.CNAME), soa]

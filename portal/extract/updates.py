"""One issue of a list, as it is at each enforcement point, as a row of the blocklist register."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from portal.extract import rpz
from portal.extract.lists import HEX_DIGITS, Change, Entries, change_between, digest_of, read_hashes
from portal.extract.reading import Refused, read_bytes
from portal.extract.writing import write

COLUMNS: Final = (
    "own_ref", "list_code", "list_kind", "update_kind", "transport", "version_label", "serial",
    "content_digest", "published_at", "fetched_at", "applied_at", "entries_total", "added",
    "removed", "malformed", "methods", "points_in_scope", "points_live", "subscribers_in_scope",
    "subscribers_covered", "stop_page", "test_result", "tested_at", "vantage_points",
)  # fmt: skip
"""The columns of the row, as the blocklist register names them."""


@dataclass(frozen=True)
class Seen:
    """A list as one place has it."""

    entries: Entries
    serial: int | None = None
    malformed: int = 0
    kept: str = ""

    @property
    def digest(self) -> str:
        return digest_of(self.entries)


def run_rpz(asked: argparse.Namespace) -> int:
    """``portal-extract rpz``."""
    return _run(asked, _zone, _zone_copy)


def run_hashes(asked: argparse.Namespace) -> int:
    """``portal-extract hashes``."""
    return _run(asked, _hashes, _hashes_copy)


def _run(
    asked: argparse.Namespace,
    see: Callable[[argparse.Namespace, str, Path | None], Seen],
    recall: Callable[[argparse.Namespace, Path], Seen | None],
) -> int:
    named, now = "", datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - a command
    try:
        named = "The copy of the last run"
        before = recall(asked, asked.last)
        named = "The list"
        issue = see(asked, asked.source, asked.last)
        points = {}
        for point in asked.point:
            name, _, source = point.partition("=")
            named = f"Point {name}"
            points[name] = see(asked, source, None)
        named = "The list"
        change = _change(asked, before, issue)
        row = _row(asked, issue, points, change, now)
        write(COLUMNS, [row], asked.output)
        _keep(asked.last, issue.kept)
    except Refused as why:
        sys.stderr.write(f"{named} {why}.\n")
        return 1
    except OSError as fault:
        sys.stderr.write(f"The row or the copy cannot be written: {fault.strerror}.\n")
        return 2
    sys.stderr.write(_said(issue, points, change))
    return 0


def _change(asked: argparse.Namespace, before: Seen | None, issue: Seen) -> Change:
    if (
        before is not None
        and None not in {before.serial, issue.serial}
        and rpz.went_back(before.serial or 0, issue.serial or 0)
        and not asked.rebuilt
    ):
        msg = "has an older serial than at the last run: if its publisher rebuilt it, say --rebuilt"
        raise Refused(msg)
    return change_between(before.entries if before else None, issue.entries, rebuilt=asked.rebuilt)


def _row(
    asked: argparse.Namespace,
    issue: Seen,
    points: Mapping[str, Seen],
    change: Change,
    now: datetime,
) -> dict[str, str]:
    digest = issue.digest
    live = sum(seen.digest == digest for seen in points.values())
    # Where nobody named points, the place the list was read from is the one that enforces it.
    scope, live = (len(points), live) if points else (1, 1)
    applied_at = asked.applied_at or now if live == scope else None
    return {
        "own_ref": f"{asked.list_code}-{digest[:12]}",
        "update_kind": change.kind,
        "transport": asked.transport or _transport(asked),
        "serial": "" if issue.serial is None else str(issue.serial),
        "content_digest": digest,
        "fetched_at": _written(asked.fetched_at or now),
        "applied_at": _written(applied_at),
        "entries_total": str(len(issue.entries) + issue.malformed),
        "added": str(change.added),
        "removed": str(change.removed),
        "malformed": str(issue.malformed),
        "points_in_scope": str(scope),
        "points_live": str(live),
        "subscribers_covered": str(asked.subscribers if live == scope else asked.covered),
        **_as_told(asked),
        **_test(asked, list(points.values()) or [issue], now),
    }


def _as_told(asked: argparse.Namespace) -> dict[str, str]:
    return {
        "list_code": asked.list_code,
        "list_kind": asked.list_kind,
        "version_label": asked.version_label,
        "published_at": _written(asked.published_at),
        "methods": " ".join(asked.method or ["DNS_RPZ"]),
        "subscribers_in_scope": str(asked.subscribers),
        "stop_page": asked.stop_page,
    }


def _test(asked: argparse.Namespace, seen: list[Seen], now: datetime) -> dict[str, str]:
    if asked.test_entry is None:
        return {"test_result": "NOT_RUN", "tested_at": "", "vantage_points": "0"}
    there = [rpz.is_in(dict(one.entries), asked.test_entry) for one in seen]
    result = "PASS" if all(there) else "FAIL"
    return {"test_result": result, "tested_at": _written(now), "vantage_points": str(len(there))}


def _transport(asked: argparse.Namespace) -> str:
    if asked.list_kind in HEX_DIGITS:
        return "CSV"
    return "RPZ_IXFR" if asked.source.startswith("@") and asked.last.exists() else "RPZ_AXFR"


def _zone(asked: argparse.Namespace, source: str, last: Path | None) -> Seen:
    if source.startswith("@"):
        copy = rpz.read_copy(last, asked.zone) if last else None
        zone = rpz.transfer(source[1:], asked.zone, copy)
    else:
        zone = rpz.read_zone(read_bytes(Path(source)), asked.zone)
    entries = rpz.entries_of(zone)
    if not entries:
        msg = "names nothing: is it the zone that was meant?"
        raise Refused(msg)
    return Seen(entries, rpz.serial_of(zone), kept=zone.to_text())


def _zone_copy(asked: argparse.Namespace, last: Path) -> Seen | None:
    zone = rpz.read_copy(last, asked.zone)
    return Seen(rpz.entries_of(zone), rpz.serial_of(zone)) if zone else None


def _hashes(asked: argparse.Namespace, source: str, _last: Path | None) -> Seen:
    lines = read_bytes(Path(source)).decode("utf-8-sig", "replace").splitlines()
    entries, malformed = read_hashes(lines, asked.list_kind)
    return Seen(entries, malformed=malformed, kept="".join(f"{one}\n" for one in sorted(entries)))


def _hashes_copy(asked: argparse.Namespace, last: Path) -> Seen | None:
    return _hashes(asked, str(last), None) if last.exists() else None


def _keep(last: Path, text: str) -> None:
    handle = os.open(f"{last}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(f"{last}.new").replace(last)


def _written(instant: datetime | None) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else ""


def _said(issue: Seen, points: Mapping[str, Seen], change: Change) -> str:
    behind = [name for name, seen in points.items() if seen.digest != issue.digest]
    told = f"{len(issue.entries)} entries: {change.added} added, {change.removed} removed"
    told += f", {change.changed} changed"
    return f"{told}. Not there yet: {', '.join(behind)}.\n" if behind else f"{told}.\n"

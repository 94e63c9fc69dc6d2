"""``portal-extract``: what an ISP's machines hold, as rows that the portal takes in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.extract import updates, xarf
from portal.extract.lists import HEX_DIGITS
from portal.extract.reading import Refused, read_bytes, read_json
from portal.extract.writing import write

DONE, REFUSED, UNREADABLE = 0, 1, 2
SOURCES = (
    "HOTLINE_NATIONAL", "HOTLINE_INHOPE_PEER", "POLICE", "COURT", "REGULATOR", "MINISTRY",
    "TRUSTED_FLAGGER", "USER_REPORT", "AUTOMATED_FEED",
)  # fmt: skip
ASSESSORS = ("HOTLINE", "POLICE", "COURT", xarf.NOBODY)
PRIORITIES = ("P1_CHILD_IN_DANGER", "P2_STANDARD", "P3_CONTEXTUAL")
METHODS = ("DNS_RPZ", "URL_PROXY", "SNI", "IP_NULLROUTE")
STOP_PAGES = ("YES", "NO", "NOT_FEASIBLE")
TRANSPORTS = ("RPZ_IXFR", "RPZ_AXFR", "CSV", "JSON_API", "VENDOR_FEED", "LETTER")
ROLES = ("HOSTING", "ACCESS", "DNS_RESOLVER", "CACHE_CDN", "DOMAIN_REGISTRATION")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with the words of a command line; gives the exit code: 0 all rows written, 1 something
    was refused (nothing is written but with ``--good-only``), 2 the command is wrong.
    """
    asked = _parser().parse_args(arguments)
    code: int = asked.run(asked)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("portal-extract", description=__doc__)
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    _add_xarf(kinds)
    _add_rpz(kinds)
    _add_hashes(kinds)
    return parser


def _add_xarf(kinds: Any) -> None:
    one = kinds.add_parser("xarf", help="XARF v4 reports of content/csam and content/csem")
    one.set_defaults(run=_xarf)
    one.add_argument("files", nargs="+", type=Path, help="reports, or folders of *.json")
    one.add_argument("-o", "--output", type=Path, help="the CSV file (else standard output)")
    one.add_argument("--good-only", action="store_true", help="write the rows of good reports")
    one.add_argument("--received-at", type=_moment, help="when they reached you (else: the file's)")
    one.add_argument("--legal-basis", required=True, help="code, as on the portal's policy page")
    one.add_argument("--source-type", choices=SOURCES, required=True, help="who sends them")
    one.add_argument("--assessed-by", choices=ASSESSORS, default=xarf.NOBODY)
    one.add_argument("--priority", choices=PRIORITIES, default="P2_STANDARD")
    one.add_argument("--service-role", choices=ROLES, default="HOSTING")
    one.add_argument("--country", required=True, help="where it is hosted, two letters")
    one.add_argument("--handled-by", default="", help="a staff pseudonym such as S-0421")


def _add_rpz(kinds: Any) -> None:
    one = kinds.add_parser("rpz", help="a response policy zone, in a file or from a server")
    one.set_defaults(run=updates.run_rpz)
    one.add_argument("source", help="the zone's file, or @SERVER[:PORT] to ask for it")
    one.add_argument("--zone", required=True, help="the name of the zone")
    one.add_argument("--list-kind", choices=("DOMAIN", "URL", "IP"), default="DOMAIN")
    one.add_argument("--method", action="append", choices=METHODS, help="else DNS_RPZ")
    one.add_argument("--stop-page", choices=STOP_PAGES, required=True)
    one.add_argument("--rebuilt", action="store_true", help="the publisher built the zone anew")
    one.add_argument("--test-entry", help="the publisher's harmless entry, as below the zone")
    _add_issue(one)


def _add_hashes(kinds: Any) -> None:
    one = kinds.add_parser("hashes", help="a list of hashes, one a line")
    one.set_defaults(
        run=updates.run_hashes, stop_page="NOT_FEASIBLE", test_entry=None, rebuilt=False
    )
    one.add_argument("source", help="the list's file")
    one.add_argument("--list-kind", choices=tuple(HEX_DIGITS), required=True)
    one.set_defaults(method=["HASH_MATCH_UPLOAD"])
    _add_issue(one)


def _add_issue(one: argparse.ArgumentParser) -> None:
    one.add_argument("-o", "--output", type=Path, help="the CSV file (else standard output)")
    one.add_argument("--last", type=Path, required=True, help="where the copy for next time lies")
    one.add_argument("--list-code", required=True, help="the list, as on the portal's policy page")
    one.add_argument("--point", action="append", default=[], metavar="NAME=SOURCE",
                     help="an enforcement point, and where its copy of the list is")  # fmt: skip
    one.add_argument("--published-at", type=_moment, required=True)
    one.add_argument("--fetched-at", type=_moment, help="else now")
    one.add_argument("--applied-at", type=_moment, help="else now, once every point has it")
    one.add_argument("--version-label", default="", help="the publisher's")
    one.add_argument("--transport", choices=TRANSPORTS)
    one.add_argument("--subscribers", type=_count, required=True, help="in scope of the list")
    one.add_argument("--covered", type=_count, default=0, help="while a point is behind")


def _xarf(asked: argparse.Namespace) -> int:
    desk = xarf.Desk(
        source_type=asked.source_type,
        legal_basis=asked.legal_basis,
        assessed_by=asked.assessed_by,
        priority=asked.priority,
        service_role=asked.service_role,
        country=asked.country,
        handled_by=asked.handled_by,
    )
    rows: dict[str, dict[str, str]] = {}
    refused = 0
    for path in _files(asked.files):
        try:
            for report in _reports(read_json(read_bytes(path))):
                row = xarf.row_of(report, desk, asked.received_at or _changed(path))
                # The same report twice is one row.
                rows.setdefault(row["own_ref"], row)
        except Refused as why:
            refused += 1
            _say(f"{path.name} {why}.")
    if refused and not asked.good_only:
        _say(f"{refused} refused; nothing was written.")
        return REFUSED
    return _written(list(xarf.COLUMNS), list(rows.values()), asked.output, refused)


def _written(columns: list[str], rows: list[dict[str, str]], to: Path | None, refused: int) -> int:
    try:
        write(columns, rows, to)
    except OSError as fault:
        _say(f"The rows cannot be written: {fault.strerror}.")
        return UNREADABLE
    _say(f"{len(rows)} rows, {refused} refused.")
    return REFUSED if refused else DONE


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _files(given: Sequence[Path]) -> Iterator[Path]:
    for path in given:
        yield from sorted(path.glob("*.json")) if path.is_dir() else (path,)


def _reports(found: object) -> Iterator[object]:
    yield from found if isinstance(found, list) else (found,)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        msg = "a whole number from 0"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        msg = "a time with its zone, such as 2026-10-05T03:00:00Z"
        raise argparse.ArgumentTypeError(msg)
    return found.astimezone(UTC)


if __name__ == "__main__":
    sys.exit(main())

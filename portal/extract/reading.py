"""Files as an abuse desk has them: read within limits, refused in words that repeat nothing."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one file; a report may carry fifty pieces of evidence, which are read past."""
_DEEPEST: Final = 64


class Refused(Exception):
    """A file that gives no row; ``str()`` of it is a sentence that repeats nothing of the file."""


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; raises Refused where it is too large or cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as fault:
        msg = f"cannot be read ({fault.strerror})"
        raise Refused(msg) from None
    if len(data) > LARGEST:
        msg = f"is larger than {LARGEST // 1024 // 1024} MiB"
        raise Refused(msg)
    return data


def read_json(data: bytes) -> Any:
    """The one JSON value in these bytes (UTF-8); raises Refused for anything else.

    A key that stands twice, a number that is none and more than 64 levels are refused: two
    readers of such a file could read two things.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        msg = "is not text in UTF-8"
        raise Refused(msg) from None
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole
        )
    except (json.JSONDecodeError, RecursionError):
        msg = "is not JSON"
        raise Refused(msg) from None
    if _depth(found) > _DEEPEST:
        msg = f"is nested more than {_DEEPEST} levels deep"
        raise Refused(msg)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        msg = "names something twice"
        raise Refused(msg)
    return found


def _no_number(_text: str) -> float:
    msg = "holds a number that is none"
    raise Refused(msg)


def _whole(text: str) -> int | float:
    # Python refuses to read very long numbers; nothing here needs them.
    return int(text) if len(text) <= _DIGITS else math.inf


_DIGITS: Final = 20


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [(each, depth + 1) for each in inner]
    return deepest

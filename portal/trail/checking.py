"""Checking a proof with nothing but the file and the public key: no database, no portal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from portal.canonical import digest_of
from portal.trail.key import PublicKey
from portal.trail.merkle import is_consistent, leaf_hash, root_of_inclusion
from portal.trail.model import leaf_line
from portal.trail.note import Head, is_signed, read_head

INCLUSION = "trail-inclusion/1"
CONSISTENCY = "trail-consistency/1"


class Fails(Exception):
    """A proof does not hold, and why: ``unreadable``, ``chain``, ``root``, ``unsigned``, ``other``
    (it is not about the note that was kept).
    """

    @property
    def why(self) -> str:
        """The reason's code."""
        return str(self.args[0])


@dataclass(frozen=True)
class Shown:
    """What a proof shows: ``newest`` is the head it leads to; of an inclusion the event, of a
    consistency the older head.
    """

    newest: Head
    event: Mapping[str, Any] | None = None
    older: Head | None = None


def check(data: bytes, key: PublicKey, kept: str | None = None) -> Shown:
    """What a proof file shows. ``kept`` is a note that the reader has from before: a consistency
    has to begin with it, an inclusion to end in it. Raises Fails.
    """
    try:
        proof = json.loads(data)
        shown = follow(proof)
        notes = [proof["note"], *([proof["old"]] if shown.older else [])]
        if not all(is_signed(note, [key]) for note in notes):
            raise Fails("unsigned")
        if kept is not None and read_head(kept) != (shown.older or shown.newest):
            raise Fails("other")
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Fails("unreadable") from error
    return shown


def follow(proof: Mapping[str, Any]) -> Shown:
    """Go the way of a proof, whoever signed where it ends. Raises Fails, and the errors of a
    mapping that is no proof.
    """
    newest = read_head(proof["note"])
    path = [bytes.fromhex(step) for step in proof["path"]]
    if proof["form"] == CONSISTENCY:
        older = read_head(proof["old"])
        if not is_consistent(older.size, older.root, newest.size, newest.root, path):
            raise Fails("root")
        return Shown(newest, older=older)
    if proof["form"] != INCLUSION:
        raise Fails("unreadable")
    events, leaf = proof["events"], proof["leaf"]
    line = leaf_line(events[-1]["isp"], events[-1]["seq"], _head(events), leaf["day"])
    if root_of_inclusion(leaf_hash(line), leaf["no"], newest.size, path) != newest.root:
        raise Fails("root")
    return Shown(newest, event=events[0])


def _head(events: Sequence[Mapping[str, Any]]) -> str:
    """The head that a stretch of a chain ends in; every event has to go on the one before."""
    head = digest_of(events[0]).hex()
    for before, event in pairwise(events):
        goes_on = (event["isp"], event["seq"]) == (before["isp"], before["seq"] + 1)
        if event["previous"] != head or not goes_on:
            raise Fails("chain")
        head = digest_of(event).hex()
    return head

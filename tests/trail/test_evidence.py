"""Edited, cut off, rolled back, rebuilt: each is caught, and proofs hold without a database."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import DBAPIError

from portal.db import begin_write, sessions
from portal.errors import NotThere
from portal.ledger import SYSTEM, sequence
from portal.trail import (
    Break,
    Checkpoint,
    Fault,
    Leaf,
    TrailBroken,
    checkpoint_faults,
    first_break,
    verify,
)
from portal.trail.checking import Fails, check
from portal.trail.key import CheckpointKey
from portal.trail.note import open_note
from portal.trail.proving import NotSealed, prove_consistency, prove_inclusion
from tests.trail.conftest import ALPHA, BETA, FIRST_DAY, KEY, Log
from tests.trail.forging import cut_off, forge, forget_checkpoints, rebuild

SECOND_DAY = FIRST_DAY + timedelta(days=1)


def faults(log: Log, **kept: str) -> list[Fault]:
    return checkpoint_faults(log.session, [KEY.public], kept, {})


def leaves(log: Log) -> list[Leaf]:
    return list(log.session.scalars(select(Leaf).order_by(Leaf.no)))


def test_a_checkpoint_seals_the_head_of_every_chain_that_has_moved(log: Log) -> None:
    first = log.signs()
    log.acts(ALPHA, "four")
    second = log.signs()

    assert [(x.isp_id, x.seq) for x in leaves(log)] == [(0, 1), (7, 3), (0, 2), (7, 4)]
    assert (first.size, second.size) == (2, 4)
    assert open_note(second.note, [KEY.public]).root == second.root
    assert (verify(log.session), faults(log)) == ([], [])


def test_its_root_is_that_of_an_independent_library(log: Log) -> None:
    for no in range(9):
        log.acts(BETA if no % 2 else ALPHA, str(no))
        newest = log.signs()

    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries([leaf.line for leaf in leaves(log)])
    assert newest.root == tree.get_root()
    for one in log.session.scalars(select(Checkpoint)):
        assert one.root == tree.get_root(one.size)


def test_the_second_checkpoint_of_a_day_is_the_first(log: Log) -> None:
    first = log.signs()
    log.acts(ALPHA, "four")
    log.day = FIRST_DAY

    assert log.signs().size == first.size
    assert len(leaves(log)) == 2


def test_a_day_on_which_nothing_happened_has_its_checkpoint_too(log: Log) -> None:
    sizes = [log.signs().size for _ in range(3)]

    assert sizes == [2, 3, 4]


def test_a_rewritten_chain_is_told_from_the_one_that_was_sealed(log: Log) -> None:
    log.signs()
    log.acts(ALPHA, "four", "five")
    log.signs()
    rebuild(log.session, ALPHA, 4, subject="else")

    assert verify(log.session) == [Break(ALPHA, 4, "rewritten", SECOND_DAY)]


def test_what_was_rewritten_before_any_checkpoint_saw_it_is_not_caught(log: Log) -> None:
    """Said in docs/trail.md: the hours since the newest checkpoint are held by the chain alone."""
    rebuild(log.session, ALPHA, 2, subject="else")
    log.signs()

    assert (verify(log.session), faults(log)) == ([], [])


def test_a_changed_event_names_the_checkpoint_that_had_sealed_it(log: Log) -> None:
    log.signs()
    log.acts(ALPHA, "four")
    forge(log.session, "UPDATE event SET subject = 'else' WHERE isp_id = 7 AND seq = 2")
    assert verify(log.session) == [Break(ALPHA, 2, "changed", FIRST_DAY)]
    log.session.rollback()

    forge(log.session, "UPDATE event SET subject = 'else' WHERE isp_id = 7 AND seq = 4")
    assert verify(log.session) == [Break(ALPHA, 4, "changed", None)]


def test_a_chain_that_was_cut_off_is_told_from_the_one_that_was_sealed(log: Log) -> None:
    log.signs()
    cut_off(log.session, ALPHA, 1)

    assert verify(log.session) == [Break(ALPHA, 2, "truncated", FIRST_DAY)]


def test_a_chain_that_vanished_altogether_is_missed(log: Log) -> None:
    log.signs()
    forge(log.session, "DELETE FROM event WHERE isp_id = 7")
    log.session.execute(text("DELETE FROM ledger WHERE isp_id = 7"))

    assert verify(log.session) == [Break(ALPHA, 1, "truncated", FIRST_DAY)]


def test_nothing_is_signed_that_does_not_go_on_from_what_was_sealed(log: Log) -> None:
    log.signs()
    log.acts(ALPHA, "four")
    rebuild(log.session, ALPHA, 2, subject="else")

    with pytest.raises(TrailBroken) as refused:
        log.signs()
    assert refused.value.params == {"chain": ALPHA, "seq": 4}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE checkpoint_leaf SET seq = 9 WHERE no = 0", [Fault(2, "root", FIRST_DAY),
                                                             Fault(3, "root", SECOND_DAY)]),
        ("DELETE FROM checkpoint_leaf WHERE no = 2", [Fault(2, "leaves")]),
        ("DELETE FROM checkpoint_leaf WHERE no = 1", [Fault(2, "leaves")]),
        ("DELETE FROM checkpoint WHERE size = 3", [Fault(3, "leaves")]),
        ("UPDATE checkpoint SET note = replace(note, '— ', '- ') WHERE size = 3",
         [Fault(3, "unsigned", SECOND_DAY)]),
        ("UPDATE checkpoint SET note = 'none' WHERE size = 3",
         [Fault(3, "unreadable", SECOND_DAY)]),
        ("UPDATE checkpoint SET day = '2026-10-01' WHERE size = 3", [Fault(3, "order")]),
        ("UPDATE checkpoint SET seq = 1 WHERE size = 3",
         [Fault(3, "untold", SECOND_DAY), Fault(3, "untold")]),
    ],
)  # fmt: skip
def test_a_forged_checkpoint_is_named(log: Log, statement: str, found: list[Fault]) -> None:
    log.signs()
    log.signs()
    forge(log.session, statement)

    said = [Fault(f.size, f.why) if f.why == "order" else f for f in faults(log)]
    assert said == found


def test_checkpoints_that_were_taken_away_are_missed_by_the_systems_chain(log: Log) -> None:
    log.signs()
    log.signs()
    forget_checkpoints(log.session, after=2)
    assert faults(log) == [Fault(3, "untold")]

    forget_checkpoints(log.session)
    assert faults(log) == [Fault(2, "untold"), Fault(3, "untold")]


def test_a_database_rolled_back_as_a_whole_is_caught_by_a_note_kept_elsewhere(log: Log) -> None:
    """Restoring last week's backup leaves nothing inside that contradicts itself."""
    first = log.signs()
    log.acts(ALPHA, "four")
    kept = log.signs().note
    cut_off(log.session, ALPHA, 3)
    cut_off(log.session, SYSTEM, first.seq)
    forget_checkpoints(log.session, after=first.size)

    assert (verify(log.session), faults(log)) == ([], [])
    assert faults(log, mine=kept) == [Fault(4, "rolled-back", kept="mine")]
    assert faults(log, mine=first.note) == []


def test_an_auditor_with_last_months_note_catches_a_history_rebuilt_with_the_key(log: Log) -> None:
    """Who holds database and key can make everything inside agree; a note outside they cannot."""
    kept = log.signs().note
    forget_checkpoints(log.session)
    cut_off(log.session, SYSTEM, 1)
    rebuild(log.session, ALPHA, 2, subject="else")
    log.day = FIRST_DAY
    log.signs()
    log.signs()

    assert (verify(log.session), faults(log)) == ([], [])
    assert faults(log, mine=kept) == [Fault(2, "rebuilt", kept="mine")]
    proof = json.dumps(prove_consistency(log.session, 2, 3)).encode()
    assert check(proof, KEY.public).older is not None
    with pytest.raises(Fails, match="other"):
        check(proof, KEY.public, kept)


def test_a_kept_note_that_is_not_the_portals_says_nothing(log: Log) -> None:
    note = log.signs().note
    other = CheckpointKey(KEY.name, Ed25519PrivateKey.generate())

    assert checkpoint_faults(log.session, [other.public], {"mine": note}, {})[-1].why == "unsigned"
    assert faults(log, mine="Dear auditor") == [Fault(0, "unreadable", kept="mine")]


def test_a_log_under_a_former_name_still_holds(log: Log) -> None:
    log.signs()
    log.signs(CheckpointKey("moved.example/trail", KEY.private))

    assert faults(log) == []


def test_an_event_is_proven_without_a_database(log: Log) -> None:
    log.signs()
    log.acts(ALPHA, "four")
    newest = log.signs()
    for seq in range(1, 5):
        shown = check(json.dumps(prove_inclusion(log.session, ALPHA, seq)).encode(), KEY.public)
        assert shown.event is not None
        assert (shown.event["isp"], shown.event["seq"]) == (ALPHA, seq)
        assert shown.newest.root == newest.root


def test_what_nobody_sealed_yet_cannot_be_proven(log: Log) -> None:
    with pytest.raises(NotSealed):
        prove_inclusion(log.session, ALPHA, 1)
    log.signs()
    log.acts(ALPHA, "four")

    with pytest.raises(NotSealed):
        prove_inclusion(log.session, ALPHA, 4)
    with pytest.raises(NotThere):
        prove_inclusion(log.session, ALPHA, 5)


def test_no_proof_is_given_that_proves_nothing(log: Log) -> None:
    log.signs()
    rebuild(log.session, ALPHA, 2, subject="else")

    with pytest.raises(TrailBroken):
        prove_inclusion(log.session, ALPHA, 1)


def test_every_checkpoint_goes_on_every_earlier_one(log: Log) -> None:
    sizes = []
    for no in range(5):
        log.acts(BETA, str(no))
        sizes.append(log.signs().size)

    for old in sizes:
        for new in (size for size in sizes if size >= old):
            proof = json.dumps(prove_consistency(log.session, old, new)).encode()
            shown = check(proof, KEY.public)
            assert shown.older is not None
            assert (shown.older.size, shown.newest.size) == (old, new)
    with pytest.raises(NotThere):
        prove_consistency(log.session, 3, 4)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda p: p["events"][0].update(subject="else"), "chain"),
        (lambda p: p["events"][-1].update(at="0"), "root"),
        (lambda p: p["events"].pop(1), "chain"),
        (lambda p: p["leaf"].update(day="2026-11-02"), "root"),
        (lambda p: p["leaf"].update(no=0), "root"),
        (lambda p: p["leaf"].update(no="1"), "unreadable"),
        (lambda p: p["path"].pop(), "root"),
        (lambda p: p["path"].append("00"), "root"),
        (lambda p: p.update(form="else"), "unreadable"),
        (lambda p: p.update(note=p["note"].replace("portal", "other")), "unsigned"),
        (lambda p: p.update(events=[]), "unreadable"),
        (lambda p: p.pop("note"), "unreadable"),
    ],
)
def test_a_changed_proof_fails_and_says_why(log: Log, change: object, why: str) -> None:
    log.signs()
    proof = prove_inclusion(log.session, ALPHA, 1)
    change(proof)  # type: ignore[operator]

    with pytest.raises(Fails) as failure:
        check(json.dumps(proof).encode(), KEY.public)
    assert failure.value.why == why


@given(data=st.binary(max_size=200) | st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_file_at_all_gets_an_answer(data: bytes) -> None:
    with pytest.raises(Fails):
        check(data, KEY.public)


@pytest.mark.parametrize("table", ["checkpoint", "checkpoint_leaf", "event"])
@pytest.mark.parametrize("act", ["UPDATE {} SET seq = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_rewrite_evidence(log: Log, table: str, act: str) -> None:
    log.signs()
    if act.startswith("TRUNCATE") and log.session.get_bind().dialect.name == "sqlite":
        act = "DELETE FROM {}"  # SQLite has no other way to empty a table
    begin_write(log.session)

    with pytest.raises(DBAPIError, match="append-only"):
        log.session.execute(text(act.format(table)))
    log.session.rollback()
    assert (verify(log.session), faults(log)) == ([], [])


def test_a_chain_can_be_walked_from_what_was_sealed(log: Log) -> None:
    log.signs()
    sealed = next(leaf for leaf in leaves(log) if leaf.isp_id == ALPHA)
    log.acts(ALPHA, "four")

    assert first_break(log.session, ALPHA, sealed) is None
    forge(log.session, "UPDATE event SET subject = 'else' WHERE isp_id = 7 AND seq = 4")
    assert first_break(log.session, ALPHA, sealed) == Break(ALPHA, 4, "changed")


@pytest.mark.parametrize("asked", ["FROM event", "FROM ledger"])
def test_acts_added_while_it_is_walked_are_no_break(log: Log, engine: Engine, asked: str) -> None:
    """Whoever verifies by day must not raise an alarm over somebody who works."""
    log.signs()
    others: list[Log] = []

    def works(*args: Any) -> None:
        if asked in args[2] and not others:
            others.append(Log(sessions(engine)(), log.day))
            others[0].acts(ALPHA, "meanwhile")

    event.listen(engine, "before_cursor_execute", works)
    found = first_break(log.session, ALPHA)
    event.remove(engine, "before_cursor_execute", works)
    others[0].session.close()

    assert found is None
    assert sequence(log.session, ALPHA) in {3, 4}

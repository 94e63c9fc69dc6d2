"""The trail by command: sign the day, verify, prove, and check without a database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.app import create_app
from portal.period import Period
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.model import DecisionOutcome
from portal.reviews import decide, open_review
from portal.settings import read_settings
from portal.trail import Checkpoint, newest_checkpoint
from tests.town import Town
from tests.trail.forging import cut_off, forget_checkpoints, rebuild

ISP = "mekong-net"
OCTOBER = Period(2026, 10)
QUIET = ("takedowns", "blocklists", "training")


@pytest.fixture
def kept(town: Town) -> Iterator[Path]:
    """The folder of the notes that the portal keeps; empty before and after."""
    folder: Path = town.app.extensions["settings"].instance / "checkpoints"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def key(town: Town, tmp_path: Path) -> Path:
    path = tmp_path / "trail.pub"
    town.runs("keys", "checkpoint", "-o", str(path))
    return path


def newest(town: Town) -> Checkpoint:
    with town.session() as session:
        found = newest_checkpoint(session)
        assert found is not None
        return found


def tomorrow(town: Town) -> None:
    town.clock.shift(timedelta(days=1))


def checks(file: Path, *words: str) -> tuple[int, str]:
    """Run `trail check` in a portal whose database cannot be reached."""
    environment = {"INSTANCE": str(file.parent), "DATABASE_URL": "postgresql://nowhere.invalid/x"}
    app = create_app(read_settings(environment, file.parent))
    result = app.test_cli_runner().invoke(args=["trail", "check", str(file), *words])
    app.extensions["engine"].dispose()
    return result.exit_code, result.output


def test_a_timer_signs_each_day_once(town: Town, kept: Path) -> None:
    first = town.runs("trail", "checkpoint")
    assert first.startswith("Signed. Checkpoint of 2026-11-05: size ")
    assert town.runs("trail", "checkpoint").startswith("Was signed already. ")
    tomorrow(town)
    assert town.runs("trail", "checkpoint").startswith("Signed. Checkpoint of 2026-11-06: size ")

    assert len(list(kept.iterdir())) == 2
    said = town.runs("trail", "verify")
    assert "Every chain holds." in said
    assert "Every checkpoint holds. Checkpoint of 2026-11-06" in said
    assert "They agree with 2 notes kept elsewhere and 0 papers." in said


def test_before_the_first_checkpoint_it_says_so(town: Town, kept: Path) -> None:
    assert not kept.exists()
    assert town.runs("trail", "verify") == (
        "Every chain holds.\nNo checkpoint yet.\n"
        "They agree with 0 notes kept elsewhere and 0 papers.\n"
    )


def test_a_rewritten_chain_is_said_in_words(town: Town, kept: Path) -> None:
    town.runs("trail", "checkpoint")
    with town.session() as session:
        session.rollback()
        rebuild(session, town.bodies[ISP], 2, person_name="Somebody Else")

    said = town.runs("trail", "verify", expect=1)
    assert said == (
        "The chain of mekong-net: from event 1 on it is not the chain that was sealed: it was"
        " rewritten. The checkpoint of 5 Nov 2026 had sealed it.\n"
    )
    assert kept.exists()


def test_nothing_is_signed_over_a_chain_that_does_not_go_on(town: Town, kept: Path) -> None:
    town.runs("trail", "checkpoint")
    with town.session() as session:
        session.rollback()
        cut_off(session, town.bodies[ISP], 3)
    tomorrow(town)

    assert "so nothing is signed" in town.runs("trail", "checkpoint", expect=1)
    assert len(list(kept.iterdir())) == 1


def test_a_rolled_back_database_is_caught_by_the_notes_beside_it(town: Town, kept: Path) -> None:
    town.runs("trail", "checkpoint")
    before = newest(town)
    tomorrow(town)
    town.runs("trail", "checkpoint")
    roll_back(town, before)

    said = town.runs("trail", "verify", expect=1)
    assert "2026-11-06" in said
    assert "the log here has fewer: the database was rolled back" in said
    for path in kept.iterdir():
        path.unlink()
    assert "Every checkpoint holds." in town.runs("trail", "verify")


def roll_back(town: Town, checkpoint: Checkpoint) -> None:
    """Bring the database back to just after a checkpoint, as a backup would."""
    with town.session() as session:
        session.rollback()
        cut_off(session, 0, checkpoint.seq)
        forget_checkpoints(session, after=checkpoint.size)
        assert session.scalar(text("SELECT count(*) FROM checkpoint")) == 1


def test_an_auditor_compares_with_the_note_of_last_month(
    town: Town, kept: Path, key: Path, tmp_path: Path
) -> None:
    mine, proof = tmp_path / "mine.txt", tmp_path / "proof.json"
    town.runs("trail", "checkpoint", "-o", str(mine))
    old, newest_seq = newest(town).size, newest(town).seq
    with town.session() as session:
        session.rollback()
        forget_checkpoints(session)
        cut_off(session, 0, newest_seq - 1)
        rebuild(session, town.bodies[ISP], 2, person_name="Somebody Else")
    shutil.rmtree(kept)
    town.runs("trail", "checkpoint")
    tomorrow(town)
    town.runs("trail", "checkpoint")

    assert "Every checkpoint holds." in town.runs("trail", "verify")
    assert "history was rebuilt" in town.runs("trail", "verify", "--note", str(mine), expect=1)
    sizes = [str(old), str(newest(town).size)]
    town.runs("trail", "consistency", *sizes, "-o", str(proof))
    assert checks(proof, "--key", str(key))[0] == 0
    code, said = checks(proof, "--key", str(key), "--note", str(mine))
    assert (code, said) == (
        1, "The proof holds, but not for the note that you kept: history was rebuilt.\n"
    )  # fmt: skip


def test_a_proof_holds_where_there_is_no_database(
    town: Town, kept: Path, key: Path, tmp_path: Path
) -> None:
    proof = tmp_path / "proof.json"
    prove = ("trail", "prove", ISP, "3", "-o", str(proof))
    assert "No checkpoint has sealed event 3 yet" in town.runs(*prove, expect=1)
    town.runs("trail", "checkpoint")
    town.runs(*prove)

    code, said = checks(proof, "--key", str(key))
    assert code == 0
    assert said.startswith("It holds. Event 3 of organisation ")
    changed = proof.read_text().replace("Founder", "Finder", 1)
    proof.write_text(changed)
    assert checks(proof, "--key", str(key)) == (
        1, "The proof does not hold: its events are not linked to each other.\n"
    )  # fmt: skip
    assert kept.exists()


def test_the_systems_chain_and_the_chains_of_reads_can_be_proven(
    town: Town, kept: Path, key: Path, tmp_path: Path
) -> None:
    town.visit("sok").opens(f"/trail?chain={ISP}")
    town.runs("trail", "checkpoint")
    assert kept.exists()
    for words in (("system", "1"), (ISP, "1", "--reads")):
        proof = tmp_path / "proof.json"
        town.runs("trail", "prove", *words, "-o", str(proof))
        assert checks(proof, "--key", str(key))[0] == 0


def test_a_file_that_is_no_key_is_refused(town: Town, tmp_path: Path) -> None:
    for name, content in (("key", b"portal.example/trail"), ("other", b"\xff\xfe")):
        (tmp_path / name).write_bytes(content)
        said = town.runs("trail", "verify", "--key", str(tmp_path / name), expect=2)
        assert f"{name}: " in said


def test_a_certificate_in_a_drawer_catches_a_history_that_was_rebuilt(
    town: Town, kept: Path, tmp_path: Path
) -> None:
    town.runs("trail", "checkpoint")
    seq, paper = newest(town).seq, tmp_path / "paper.pdf"
    with town.session() as session:
        isp, at, sok = town.bodies[ISP], town.now, town.actors["sok"]
        declare_opening(session, isp, OCTOBER, 0, by=town.actors["chea"], at=at)
        made = prepare(session, isp, OCTOBER, nils=QUIET, by=town.actors["chea"], at=at)
        filing = file(session, isp, OCTOBER, made.no, by=town.actors["meas"], at=at)
        open_review(session, isp, OCTOBER, 1, by=sok, at=at)
        decide(session, filing, DecisionOutcome.ACCEPT, by=sok, at=at)
    town.runs("certificates", "issue", ISP, "2026-10", "--as", "chan@example.org")
    town.runs("certificates", "export", "--latest", "-o", str(paper))
    verify = ("trail", "verify", "--paper", str(paper))
    assert "1 notes kept elsewhere and 2 papers" in town.runs(*verify)

    with town.session() as session:
        session.rollback()
        forget_checkpoints(session)
        rebuild(session, 0, seq, kind="refused", facts="{}")
        rebuild(session, town.bodies["tonle-net"], 2, person_name="Somebody Else")
    shutil.rmtree(kept)
    town.runs("trail", "checkpoint")
    said = town.runs(*verify, expect=1)
    assert f"{paper} speaks of" in said
    assert "history was rebuilt" in said


def test_a_file_that_is_no_paper_of_ours_is_refused(town: Town, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_text("a letter")
    for name in ("paper.pdf", "nowhere.pdf"):
        said = town.runs("trail", "verify", "--paper", str(tmp_path / name), expect=2)
        assert name in said

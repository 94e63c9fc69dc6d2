"""As of a sequence number means the same bytes for ever, whoever writes meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.canonical import canonical
from portal.db import begin_write, sessions
from portal.entries.codes import CorrectionReason
from portal.errors import Refusal
from portal.ledger import SYSTEM, sequence
from portal.registers import REGISTERS
from portal.registers.actions import admit, correct, void
from portal.registers.codes import Progress
from portal.registers.progress import progress
from portal.returns.composing import compose
from portal.returns.figures import Question, figures
from portal.returns.queries import cut_off_before
from tests import build
from tests.reviews.build import FILED_AT, OCTOBER, Office, an_office

TAKEDOWNS, TRAINING = REGISTERS["takedowns"], REGISTERS["training"]
TYPO, WRONG = CorrectionReason.TYPING_ERROR, CorrectionReason.WRONGLY_RECORDED
AT = FILED_AT - timedelta(days=1)
Act = Callable[[Session, Office], object]


def records(session: Session, office: Office) -> object:
    rows = [build.a_takedown(session, at=AT)]
    return admit(session, office.isp.id, TAKEDOWNS, rows, by=office.preparer, at=AT)


def trains(session: Session, office: Office) -> object:
    rows = [build.a_completion(session, at=AT)]
    return admit(session, office.isp.id, TRAINING, rows, by=office.preparer, at=AT)


def corrects(session: Session, office: Office) -> object:
    value = build.a_takedown(session, at=AT, priority="P3_CONTEXTUAL", harm_category="SEXTORTION")
    return correct(
        session, office.isp.id, TAKEDOWNS, 1, expects=1, value=value, reason=TYPO,
        by=office.preparer, at=AT,
    )  # fmt: skip


def voids(session: Session, office: Office) -> object:
    return void(
        session, office.isp.id, TAKEDOWNS, 1, expects=2, reason=WRONG, by=office.preparer, at=AT
    )


def acts_on_it(session: Session, office: Office) -> object:
    step = build.a_step(session, Progress.ACTIONED, "2026-10-13 10:00", at=AT)
    return progress(
        session, office.isp.id, 1, Progress.ACTIONED, step,
        expects_no=0, by=office.preparer, at=AT,
    )  # fmt: skip


ACTS: dict[str, Act] = {
    "records": records, "trains": trains, "corrects": corrects,
    "acts": acts_on_it, "voids": voids,
}  # fmt: skip


def said(engine: Engine, isp_id: int, seq: int, system_seq: int) -> bytes:
    """What the month says as of the sequence numbers, read over a connection of its own."""
    with sessions(engine)() as reader:
        carried = cut_off_before(reader, isp_id, OCTOBER, seq, system_seq)
        asked = Question(isp_id, OCTOBER, seq, system_seq, FILED_AT, carried)
        return canonical(compose(reader, asked, figures(reader, asked), ()))


@given(plan=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=8))
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
def _reads_between_writes(engine: Engine, isp_id: int, office: Office, plan: list[str]) -> None:
    known: dict[int, bytes] = {}
    for name in plan:
        with sessions(engine)() as writer:
            seq, system_seq = sequence(writer, isp_id), sequence(writer, SYSTEM)
            before = known.setdefault(seq, said(engine, isp_id, seq, system_seq))
            writer.rollback()
            begin_write(writer)
            try:
                ACTS[name](writer, office)
            except Refusal:
                writer.rollback()
                continue
            assert said(engine, isp_id, seq, system_seq) == before, "read while it was written"
            writer.commit()
        assert said(engine, isp_id, seq, system_seq) == before, "read after it was written"
    with sessions(engine)() as reader:
        system_seq = sequence(reader, SYSTEM)
    for seq, then in known.items():
        assert said(engine, isp_id, seq, system_seq) == then, seq


def test_what_was_read_as_of_a_number_is_read_again_between_any_writes(
    session: Session, engine: Engine
) -> None:
    office = an_office(session)
    session.commit()
    _reads_between_writes(engine, office.isp.id, office)


def test_four_write_at_once_and_a_reader_reads_the_same_bytes_all_along(
    session: Session, engine: Engine
) -> None:
    office = an_office(session)
    records(session, office)
    session.commit()
    isp_id = office.isp.id
    seq, system_seq = sequence(session, isp_id), sequence(session, SYSTEM)
    session.commit()

    def writes(_number: int) -> None:
        for _ in range(5):
            with sessions(engine)() as own:
                begin_write(own)
                records(own, office)
                own.commit()

    with ThreadPoolExecutor(5) as people:
        writing = [people.submit(writes, number) for number in range(4)]
        read = {said(engine, isp_id, seq, system_seq) for _ in range(8)}
        for each in writing:
            each.result()
    read.add(said(engine, isp_id, seq, system_seq))
    assert len(read) == 1
    with sessions(engine)() as reader:
        assert sequence(reader, isp_id) == seq + 20
        assert said(engine, isp_id, seq + 20, system_seq) not in read

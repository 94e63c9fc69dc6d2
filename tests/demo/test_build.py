"""A small demonstration, built three times: on each engine, and once more to compare with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Desk, Membership, Organisation, Program
from portal.certificates.model import Certificate
from portal.certificates.witnesses import witnesses
from portal.db import open_engine, sessions
from portal.demo.build import TODAY, build
from portal.demo.cast import CAST
from portal.notices.model import MonthCount, Notice, NoticeAct
from portal.notices.releases.model import ListRelease
from portal.period import Period
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.lists.queries import waiting
from portal.registers.shared.model import SharedSession
from portal.registers.shared.queries import held_for
from portal.registers.sides.matches import matched, sent_not_logged
from portal.registers.sides.model import AppliedAct
from portal.registers.sides.rounds import isps_told
from portal.registers.takedowns import Takedown
from portal.returns.model import Filing
from portal.returns.queries import read
from portal.returns.reperform import every_filing, reperform
from portal.returns.standing import StandingCode, standings
from portal.reviews.engagements.queries import EngagementState, engagements
from portal.reviews.samples.model import FindingOutcome, Sample
from portal.reviews.samples.queries import redraw, samples
from tests.engines import build_schema
from tests.trail.conftest import KEY

SMALL = {"isps": 4, "months": 3}

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def built(request: pytest.FixtureRequest) -> Iterator[Session]:
    database = request.getfixturevalue(request.param)
    with sessions(database.engine)() as session:
        build(session, KEY, **SMALL)
        yield session
    database.empty()


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('again')}/portal.sqlite")
    build_schema(engine)
    with sessions(engine)() as session:
        build(session, KEY, **SMALL)
        return digests(session)


def digests(session: Session) -> dict[str, str]:
    signed = trail.checkpoints(session, before=None, limit=9)
    return {f.receipt: f.statement_digest.hex() for f in every_filing(session)} | {
        one.note: "" for one in signed
    }


def statements(session: Session, slug: str) -> list[dict]:
    """The newest statement of each month of an ISP, in order."""
    rows = session.execute(
        select(Filing)
        .join(Organisation, Organisation.id == Filing.isp_id)
        .where(Organisation.slug == slug)
        .order_by(Filing.period, Filing.version)
    ).scalars()
    return list({filing.period: read(filing.statement) for filing in rows}.values())


def test_the_same_country_is_built_twice_to_the_byte(built: Session, again: dict[str, str]) -> None:
    assert len(again) >= 9
    assert digests(built) == again


def test_every_filing_can_be_performed_again(built: Session) -> None:
    assert [f.receipt for f in every_filing(built) if not reperform(built, f).equal] == []


def test_the_trail_holds(built: Session) -> None:
    assert trail.verify(built) == []


def test_two_checkpoints_seal_it_and_are_the_same_each_time(
    built: Session, again: dict[str, str]
) -> None:
    signed = trail.checkpoints(built, before=None, limit=9)

    assert [str(one.day) for one in signed] == ["2026-11-24", "2026-11-01"]
    assert {one.note: "" for one in signed}.items() <= again.items()
    assert trail.checkpoint_faults(built, [KEY.public], {}, witnesses(built)) == []
    newest = built.scalars(select(Certificate).order_by(Certificate.serial.desc())).first()
    assert newest is not None
    assert json.loads(newest.attestation)["checkpoint"]["root"] == signed[1].root.hex()


def test_months_tie(built: Session) -> None:
    for slug in ("firefly", "kapok", "gecko"):
        for before, after in pairwise(statements(built, slug)):
            assert after["roll_forward"]["opening"] == before["roll_forward"]["closing"]


def test_one_month_is_left_to_whoever_tries_the_portal(built: Session) -> None:
    stands = {isp.slug: s.code for isp, s in standings(built, Period(2026, 10), TODAY)}

    assert stands["kite"] == StandingCode.OVERDUE
    assert stands["firefly"] == StandingCode.FILED
    assert stands["gecko"].is_filed


def test_papers_are_issued_without_gaps(built: Session) -> None:
    serials = built.scalars(select(Certificate.serial).order_by(Certificate.serial)).all()

    assert serials == list(range(1, len(serials) + 1))
    assert len(serials) >= 3


def test_one_notice_has_175_items(built: Session) -> None:
    largest = built.scalar(
        select(func.count())
        .where(Takedown.closed_seq.is_(None))
        .group_by(Takedown.isp_id, Takedown.source_ref)
        .order_by(func.count().desc())
        .limit(1)
    )

    assert largest == 175


def test_the_cast_is_the_load_profile() -> None:
    subscribers = sorted((part.subscribers for part in CAST), reverse=True)

    assert len(CAST) == len({part.slug for part in CAST}) == 48
    assert sum(part.kind == "MNO" for part in CAST) == 5
    assert 0.88 < sum(subscribers[:3]) / sum(subscribers) < 0.92
    assert 600 <= sum(part.staff for part in CAST) <= 2500


def test_lists_are_released_and_the_newest_is_still_to_be_recorded(built: Session) -> None:
    released = built.scalars(select(ListRelease)).all()
    assert {one.list_code for one in released} == {"NATIONAL_CSAM", "INTERPOL_IWOL"}
    gecko = built.scalars(select(Organisation.id).where(Organisation.slug == "gecko")).one()
    [one] = waiting(built, gecko)
    assert one.release.list_code == "NATIONAL_CSAM"
    logged = built.scalars(select(BlocklistUpdate.release).where(BlocklistUpdate.isp_id == gecko))
    assert {one.key for one in released} & set(logged)


def test_one_session_was_held_for_all_and_some_have_confirmed_it(built: Session) -> None:
    told = held_for(built, built.scalars(select(SharedSession.key)).one())
    counted = {row.isp_id: row.confirmed for row in told}

    assert len(told) == len(CAST[:4])
    assert any(counted.values())
    kapok = built.scalars(select(Organisation.id).where(Organisation.slug == "kapok")).one()
    assert counted[kapok] == 0


def test_notices_have_two_sides_and_they_differ_in_places(built: Session) -> None:
    acts = built.execute(select(NoticeAct.kind, func.count()).group_by(NoticeAct.kind))
    assert {"WITHDRAWN", "STILL_UP", "CONFIRMED_GONE"} <= {kind for kind, _ in acts}
    assert built.scalar(select(func.count()).select_from(AppliedAct)) > 1
    kapok = built.scalars(select(Organisation.id).where(Organisation.slug == "kapok")).one()
    lacking = built.execute(sent_not_logged(kapok, None, true())).one()[1]
    assert lacking >= 3
    assert (built.scalar(select(func.count(matched(kapok, None).c.key))) or 0) > lacking
    assert [c.sent for c in built.scalars(select(MonthCount))] == [61]


def test_an_order_round_has_one_silent_isp(built: Session) -> None:
    order = built.scalars(select(Notice).where(Notice.source_ref == "ACD-2026-0231")).one()
    told = isps_told(built, order, TODAY)
    silent = [built.get_one(Organisation, o.isp_id).slug for o in told if o.state == "SILENT"]

    assert len(told) == SMALL["isps"]
    assert silent == ["kite"]


def test_an_audit_is_under_way_with_one_line_left(built: Session) -> None:
    [one] = engagements(built, TODAY)
    sample = built.scalars(select(Sample)).one()
    filing = built.get_one(Filing, (sample.isp_id, sample.period, sample.version))
    [told] = samples(built, filing)

    assert (one.state, len(one.isps)) == (EngagementState.HOLDS, 1)  # of two, one plays here
    assert (told.waiting, told.counts[FindingOutcome.DIFFERS]) == (1, 1)
    assert redraw(built, filing, sample).same_sample


def test_a_program_enters_the_list_updates_of_the_isp_with_desks(built: Session) -> None:
    program = built.scalars(select(Program)).one()
    since = select(BlocklistUpdate.recorded_by).where(
        BlocklistUpdate.isp_id == program.isp_id, BlocklistUpdate.recorded_at >= program.named_at
    )

    assert set(built.scalars(since)) == {program.person_id}
    assert program.desks == {Desk.NETWORK}
    limited = select(Membership.desks).where(Membership.desks.is_not(None))
    assert {frozenset(held) for held in built.scalars(limited)} == {
        frozenset({desk}) for desk in (Desk.ABUSE_DESK, Desk.NETWORK, Desk.HR)
    }

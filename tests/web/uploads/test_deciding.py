"""An upload belongs to its ISP and its desk, is decided on once, and dies within a day."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

from sqlalchemy import select

from portal.intake.uploads import Upload
from portal.intake.uploads.deciding import SMALL_ROWS
from portal.intake.uploads.model import KEPT, LIVES
from portal.jobs.claims import LEASE
from portal.ledger import SYSTEM
from portal.registers.takedowns import Takedown
from portal.trail import Event
from tests.jobs.test_killed import begins, dies_at
from tests.town import Town
from tests.web.uploads.conftest import held, lying, sample, sends


def uploads(town: Town) -> list[Upload]:
    with town.session() as session:
        return list(session.scalars(select(Upload).order_by(Upload.made_at, Upload.name)))


def test_what_nobody_decides_on_is_gone_after_a_day_and_its_row_after_a_month(town: Town) -> None:
    before = lying(town)
    here = sends(town, sample(town, 3).replace(b"BASELINE", b"BASE", 1)).path
    [upload] = uploads(town)
    assert lying(town) - before == {upload.name, f"{upload.name}.xlsx"}

    town.clock.shift(LIVES - timedelta(seconds=1))
    town.works()
    assert lying(town) - before
    town.clock.shift(timedelta(seconds=1))
    chea = town.visit("chea").opens(here)
    assert chea.heading == "Deleted after a day"
    for page in ("mending.xlsx", "rows/2"):
        assert chea.client.get(f"{here}/{page}").status_code == 404
    town.works()
    assert lying(town) == before

    town.clock.shift(KEPT)
    assert "uploads: 0" in town.runs("purge", "run")
    assert uploads(town) == []
    assert held(town) == 0


def test_files_of_nobody_are_swept_and_those_on_their_way_in_are_not(town: Town) -> None:
    folder = town.app.extensions["settings"].uploads
    folder.mkdir(exist_ok=True)
    old, new, own = (folder / name for name in ("a" * 32, "b" * 32, "keep.txt"))
    for path in (old, new, own):
        path.write_bytes(b"x")
        moment = (town.now - timedelta(hours=0 if path == new else 2)).timestamp()
        os.utime(path, (moment, moment))

    assert "files of nobody: 1" in town.runs("purge", "run")
    assert [path.exists() for path in (old, new, own)] == [False, True, True]
    new.unlink()
    own.unlink()


def test_an_upload_of_another_isp_is_not_there_and_the_try_is_kept(town: Town) -> None:
    here = sends(town, sample(town, 1)).path
    tep = town.visit("tep")
    for page in ("", "/columns", "/mending.xlsx", "/rows/2"):
        tep.opens(here + page, expect=404)

    with town.session() as session:
        tried = select(Event.facts).where(Event.isp_id == SYSTEM, Event.kind == "tried")
        told = session.scalars(tried.order_by(Event.seq)).all()
    assert told == [f'{{"of":[{town.bodies["mekong-net"]}]}}'] * 4


def test_a_double_click_records_once_and_a_decision_is_final(town: Town) -> None:
    chea = sends(town, sample(town, 3))
    here, page = chea.path, chea.page
    chea.presses("Record 3 entries")
    token = page.xpath("//input[@name='csrf_token']/@value")[0]
    again = chea.client.post(f"{here}/records", data={"csrf_token": token})
    assert (again.status_code, held(town)) == (303, 3)
    late = chea.client.post(f"{here}/discarding", data={"csrf_token": token})
    assert late.status_code == 409
    assert "recorded or deleted meanwhile" in late.text
    assert chea.opens(here).heading == "Recorded"
    with town.session() as session:
        said = select(Event.seq).where(Event.kind == "entries.recorded")
        assert len(session.scalars(said.order_by(Event.seq)).all()) == 1


def test_what_was_thrown_away_while_a_worker_had_it_is_not_recorded(town: Town) -> None:
    before = lying(town)
    chea = sends(town, sample(town, SMALL_ROWS + 1, "roster"), "roster")
    chea.presses("Stop, and delete the file")
    assert "The file was deleted." in chea.text
    assert (town.works(), held(town, "roster"), lying(town)) == (0, 0, before)
    assert "Stopped" in chea.opens("/jobs").text


def test_a_file_changed_in_between_is_checked_anew_and_nothing_of_it_recorded(town: Town) -> None:
    chea, meas = sends(town, sample(town, 2)), sends(town, sample(town, 2), who="meas")
    other = sends(town, sample(town, 2).replace(b"P2_STANDARD", b"P3_CONTEXTUAL"))
    meas.presses("Record 2 entries")
    other.presses("Record 2 entries")
    assert "Something changed since the file was checked." in other.text
    assert "2 rows differ from what was recorded before" in other.text
    assert chea.presses("Record 2 entries").heading == "Recorded"
    assert held(town) == 2


def test_a_worker_killed_while_it_records_leaves_all_or_nothing(town: Town) -> None:
    chea = sends(town, sample(town, SMALL_ROWS + 1))
    assert town.works() == 1
    chea.opens(chea.path).presses("Record 2001 entries")
    _, status = os.waitpid(begins(town, dies_at(40)), 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert held(town) == 0

    town.clock.move_to(town.now + LEASE + timedelta(seconds=1))
    assert town.works() == 1
    assert chea.opens(chea.path).heading == "Recorded"
    with town.session() as session:
        keys = session.scalars(select(Takedown.key).order_by(Takedown.key)).all()
    assert list(keys) == list(range(1, SMALL_ROWS + 2))

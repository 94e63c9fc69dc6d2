"""A program takes out the papers of its ISP: that it did stands in the ISP's trail of reads."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from portal.accounts import Role
from portal.ledger import reads_of
from portal.trail import Event
from tests.web.access.asking import API, an_asker
from tests.web.access.world import OURS, World

pytestmark = pytest.mark.xdist_group("access")


def test_a_paper_taken_out_by_a_program_is_written_down(world: World) -> None:
    program = an_asker(world, Role.PROGRAM)
    client, headers = program.visitor.client, program.headers

    [told] = client.get(f"{API}/certificates", headers=headers).json["certificates"]
    paper = client.get(told["report"], headers=headers | {"Accept": "application/pdf"})

    assert told["number"] == world.has[OURS]["number"]
    assert told["revoked_at"] is not None
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.headers["ETag"] == f'"{hashlib.sha256(paper.data).hexdigest()}"'
    with world.town.session() as session:
        reads = Event.isp_id == reads_of(world.id_of(OURS))
        last = select(Event).where(reads).order_by(Event.seq.desc()).limit(1)
        event = session.scalars(last).one()
    assert (event.kind, event.subject) == ("read.paper", f"{told['number']} REPORT")
    assert event.person_id == world.has[OURS]["caller"]

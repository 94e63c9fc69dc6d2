"""How a worker issues a month: each number an act of its own, so that no ledger waits for another.

Killed between any two of them, the next try goes on with those of which nothing came yet; stopped,
what was issued stays. Papers are jobs of their own, so all workers share them.
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from portal.certificates.monthly import issue_one_of, note_no, unanswered
from portal.certificates.sitting import Sitting, came_of
from portal.errors import Refusal
from portal.jobs.refusals import NotNow, TakenOver
from portal.web.logs import log
from portal.web.session import now
from portal.web.working import Result, Work


def issue_month(work: Work) -> Result:
    """Answer every ISP of a sitting. Raises NotNow where something broke at some of them: the
    others are issued, and these are tried again.
    """
    no = int(work.params["sitting"])
    left, total = unanswered(work.session, no), len(came_of(work.session, no))
    work.session.commit()
    broken = 0
    for done, isp_id in enumerate(left, start=total - len(left)):
        work.tell(done, total)
        try:
            _answer(work, no, isp_id)
        except (TakenOver, DBAPIError):
            raise
        except Exception:  # noqa: BLE001 - one month that breaks holds up no other
            work.session.rollback()
            log().error("a certificate could not be issued", serial=work.id, exc_info=True)
            broken += 1
    if broken:
        raise NotNow("unexpected")
    work.writes()
    answers = [one.answer for one in came_of(work.session, no)]
    issued = sum(one.serial is not None for one in answers)
    return {"sitting": no, "issued": issued, "refused": len(answers) - issued}


def _answer(work: Work, no: int, isp_id: int) -> None:
    work.writes()
    sitting = work.session.get_one(Sitting, no)
    try:
        issue_one_of(work.session, sitting, isp_id, by=work.by, at=now())
    except Refusal as refusal:
        # Whatever it had begun to write is gone before that is said.
        work.session.rollback()
        work.writes()
        sitting = work.session.get_one(Sitting, no)
        note_no(work.session, sitting, isp_id, refusal, by=work.by, at=now())
    work.keep()

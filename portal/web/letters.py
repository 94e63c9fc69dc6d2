"""A letter about a month that was not filed, as a page to print: drawn anew from its row each time.

It is unsigned: the act stands in the ISP's trail, and the letter says under which number.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.accounts.queries import particulars
from portal.certificates.reminder import render_reminder
from portal.errors import NotThere
from portal.letters.actions import MAILS
from portal.letters.model import Letter, Rung
from portal.letters.queries import ladder
from portal.period import Period
from portal.policy.queries import policy_on
from portal.returns.statement import instant
from portal.web.gate import allow, isp_or_404
from portal.web.language import local_day, month
from portal.web.limits import Limit, limited
from portal.web.mail_words import SAID
from portal.web.reading import takes
from portal.web.session import session, settings

bp = Blueprint("letters", __name__, url_prefix="/letters")


@bp.get("/<slug:slug>/<period:period>/<any(reminder, overdue, delinquent):rung>.pdf")
@allow(Permission.ACCOUNT_USE)
@limited(Limit.DOWNLOAD)
def show(slug: str, period: Period, rung: str) -> Response:
    """Download a letter: for the ISP it went to, and for officers who may read of any ISP."""
    isp = isp_or_404(slug)
    letter = session().get(Letter, (isp.id, str(period), Rung(rung.upper())))
    if letter is None:
        raise NotThere("letter")
    takes(isp.id, "read.letter", f"{period} {letter.rung}")
    response = make_response(_drawn(isp, period, letter))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{period}-{rung}.pdf"'
    return response


def _drawn(isp: Organisation, period: Period, letter: Letter) -> bytes:
    force = policy_on(session(), period.last_day)
    return render_reminder(_facts(isp, period, letter, demo=force.demo), force.policy)


def _facts(isp: Organisation, period: Period, letter: Letter, *, demo: bool) -> dict[str, Any]:
    # Names as they were when the letter was written.
    named = particulars(session(), isp.id, letter.seq)
    due_on = ladder(session(), period).due_on(letter.due_at)
    said, titles, sentences = SAID[MAILS[letter.rung]], {}, {}
    for language, name in (("km", named.name_km), ("en", named.name_en)):
        with force_locale(language):
            told = {"isp": name, "month": month(period), "day": local_day(due_on)}
            titles[language], sentences[language] = said.subject % told, said.sentence % told
    return {
        "schema": "reminder/1",
        "at": instant(letter.written_at),
        "seq": letter.seq,
        "authority": {"km": settings().authority_km, "en": settings().authority_en},
        "holder": {"km": named.name_km, "en": named.name_en},
        "demo": demo,
        "period": letter.period,
        "rung": str(letter.rung),
        "due_at": instant(letter.due_at),
        "title": titles,
        "sentence": sentences,
        "address": settings().public_url + url_for("returns.show", period=period),
    }

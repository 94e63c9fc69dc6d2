"""The public page: is a number in the register, does it hold today, and is this file its paper?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.certificates.hearings import appeal_about
from portal.certificates.model import Certificate
from portal.certificates.queries import example_number, number_in
from portal.certificates.signers import SignerStanding
from portal.certificates.status import StatusCode
from portal.certificates.verify import LARGEST
from portal.certificates.witnesses import sealed_then
from portal.entries.guards import looks_like_locator
from portal.period import Period
from portal.verifier.standing import Standing
from portal.web.codes import code_said
from portal.web.gate import public, public_judging
from portal.web.judging import judge
from portal.web.keeping_pages import kept_by_anybody, offered_to_keep
from portal.web.limits import Limit, limited
from portal.web.pages import page
from portal.web.session import now, session, today
from portal.web.signing_words import STANDINGS
from portal.web.standing_of_paper import looked_up, states_of
from portal.web.verdicts import in_words, standings_in_words

bp = Blueprint("verify", __name__, url_prefix="/verify")
_LONGEST = 60
_HOLD = frozenset({StatusCode.ISSUED, StatusCode.BEING_PREPARED})
_LARGEST_BODY = LARGEST * 4
"""What is larger still is refused while it comes; up to here a file gets a verdict."""


@bp.get("")
@public
@limited(Limit.VERIFY)
def index() -> Response:
    """Ask for a number, or for a paper."""
    given = request.args.get("number", "")
    number = number_in(session(), given)
    if number is not None:
        return redirect(url_for(".show", number=str(number)))
    # What was typed stands there still, to be looked at; but a place is never shown again.
    typed = "" if looks_like_locator(given) else given.strip()[:_LONGEST]
    return _ask(mistyped=bool(given.strip()), typed=typed)


@bp.post("")
@public_judging(max_bytes=_LARGEST_BODY)
def judge_paper() -> Response:
    """Say whether a file is a genuine paper. It is judged in memory; nothing of it is kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _ask(no_file=True, code=422)
    judged = judge(sent.stream.read())
    headline, *said = in_words(judged.verdict, [])
    number = judged.verdict.number
    return page(
        "verify/verdict.html",
        verdict=judged.verdict,
        headline=headline,
        # The number is the page's heading.
        said=[line for line in said if not number or number not in line],
        against=_against(judged.standings),
        standings=judged.standings,
        told=standings_in_words(judged.standings),
        key=STANDINGS[judged.signer] if judged.signer else None,
        lost=judged.signer == SignerStanding.COMPROMISED,
        words={"UNKNOWN": _("unknown"), "DIFFERS": _("differs")},
    )


@bp.get("/<string(maxlength=60):number>")
@public
@limited(Limit.VERIFY)
def show(number: str) -> Response:
    """What the register says of a number: no more than the paper itself, and its standing today.

    An unknown number is unknown, never revoked.
    """
    return _shown(number, None)


@bp.get("/<string(maxlength=60):number>/<string(maxlength=400):code>")
@public
@limited(Limit.VERIFY)
def scanned(number: str, code: str) -> Response:
    """The same for who scanned the code of a paper: it is said whether we made that code."""
    return _shown(number, code)


def _shown(number: str, code: str | None) -> Response:
    found = looked_up(number, _found)
    said = code_said(code, found["certificate"] if found else None)
    if found is None:
        number_read = number_in(session(), number)
        return page("verify/unknown.html", 404, number=number_read, code=said)
    keeps = kept_by_anybody()
    return offered_to_keep(page("verify/show.html", **found, code=said, shared=keeps), keeps)


def _ask(
    *, mistyped: bool = False, typed: str = "", no_file: bool = False, code: int = 200
) -> Response:
    example = example_number(session(), today().year)
    return page(
        "verify/index.html", code, mistyped=mistyped, typed=typed, no_file=no_file, example=example
    )


def _found(certificate: Certificate) -> dict[str, Any]:
    said = json.loads(certificate.attestation)
    states = states_of(certificate)
    return {
        "certificate": certificate,
        "status": states[-1],
        "states": list(zip(states, standings_in_words(states), strict=True)),
        "said": said,
        "sealed": sealed_then(said),
        "period": Period.parse(certificate.period),
        "appeal": _appeal_about(certificate) if _was_revoked(states) else None,
    }


def _against(standings: Sequence[Standing]) -> Standing | None:
    """What stands against relying on a genuine paper; None where nothing does."""
    last = standings[-1] if standings else None
    return None if last is None or last.code in _HOLD else last


def _was_revoked(states: Sequence[Standing]) -> bool:
    return any(state.code == StatusCode.REVOKED for state in states)


def _appeal_about(certificate: Certificate) -> str | None:
    """How the appeal against its revocation stands; None where there is none."""
    found = appeal_about(session(), certificate.isp_id, certificate.number)
    if found is None:
        return None
    return found.code(now()) if found.ruling else "APPEAL_WAITS"

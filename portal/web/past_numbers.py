"""The list of numbers that do not hold any more: signed, dated, for everybody to take away."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, current_app, make_response, request
from werkzeug.wrappers import Response

from portal.certificates.past import past_papers
from portal.certificates.signing_texts import chain_of, es256
from portal.errors import NotThere
from portal.verifier.lists import EACH, PastList, write_list
from portal.wall import Step, stepping
from portal.web.gate import public
from portal.web.keyring import believed_signers, lost_keys, signing_key
from portal.web.limits import Limit, limited
from portal.web.session import now, session

bp = Blueprint("past_numbers", __name__, url_prefix="/verify")
_SECONDS = 300


@bp.get("/past-numbers.jws")
@public
@limited(Limit.VERIFY)
def signed() -> Response:
    """Every superseded and revoked number, as a compact JWS that carries its signer's chain."""
    response = make_response(f"{past_list()}\n")
    response.headers["Content-Type"] = "application/jose; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="past-numbers.jws"'
    response.cache_control.public, response.cache_control.max_age = True, _SECONDS
    response.add_etag()
    response.make_conditional(request.environ)
    return response


def past_list() -> str:
    """The list, signed once an hour by each worker and whenever it changed: whoever asks more
    often gets the same bytes, and a token that keeps the key is not worn out by strangers.

    Raises NotThere where the key cannot sign one.
    """
    with stepping(session(), Step.PAST):
        past, newest = past_papers(session())
    hour = now().replace(minute=0, second=0, microsecond=0)
    lost = lost_keys()
    known = (hour, newest, tuple(past), tuple(lost.items()))
    kept = current_app.extensions.get("past_list")
    if kept is None or kept[0] != known:
        since = [*(one.since_at for one in past), *lost.values()]
        at: datetime = max([hour, *(one.replace(microsecond=0) for one in since if one <= now())])
        key = signing_key()
        by = es256(key)
        if by is None:
            raise NotThere("list")
        told = PastList(at, at + EACH, newest, tuple(past), lost=lost)
        text = write_list(told, believed_signers(), chain_of(key), by)
        kept = current_app.extensions["past_list"] = (known, text)
    said: str = kept[1]
    return said

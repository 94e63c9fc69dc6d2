"""Checkpoints: notes and key for everybody, the list, and proofs to take away."""

from __future__ import annotations

import json

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.errors import NotThere
from portal.ledger import SYSTEM, reads_of
from portal.trail import Checkpoint, checkpoints, newest_checkpoint
from portal.trail.proving import Proof, prove_consistency, prove_inclusion
from portal.wall import Step, stepping
from portal.web.gate import allow, public
from portal.web.keyring import checkpoint_key
from portal.web.pages import before_number, page, slice_of, whole
from portal.web.reading import takes
from portal.web.session import session
from portal.web.trail import chain_to_read

bp = Blueprint("checkpoints", __name__, url_prefix="/trail")
SHOWN = 50
# A note of a day does not change; the newest is another one at the latest a day later.
_KEPT_SECONDS = {"newest": 300, "dated": 86400}


@bp.get("/checkpoint")
@public
def newest() -> Response:
    """The newest note, as text: whoever keeps it can tell later whether history was rebuilt."""
    return _note(newest_checkpoint(session()), "newest")


@bp.get("/checkpoints/<int(max=999999999999999999):size>")
@public
def dated(size: int) -> Response:
    """The note over so many leaves."""
    return _note(session().get(Checkpoint, size), "dated")


@bp.get("/key")
@public
def key() -> Response:
    """The public key that notes are checked with; a careful reader gets it on paper as well."""
    return _text(f"{checkpoint_key().public.line}\n", "dated")


@bp.get("/checkpoints")
@allow(Permission.TRAIL_READ)
def index() -> Response:
    """Every checkpoint, newest first."""
    found = checkpoints(session(), before=before_number(), limit=SHOWN + 1)
    rows = slice_of(found, SHOWN, lambda one: one.size)
    return page("checkpoints/index.html", slice=rows, key=checkpoint_key().public.line)


@bp.get("/consistency")
@allow(Permission.TRAIL_READ)
def consistency() -> Response:
    """A proof that one checkpoint goes on another one, to take away."""
    old, new = (_size(name) for name in ("old", "new"))
    with stepping(session(), Step.LEAVES):
        proof = prove_consistency(session(), *sorted((old, new)))
    return _proof(proof, f"consistency-{old}-{new}")


@bp.get("/proof")
@allow(Permission.TRAIL_PROVE)
def inclusion() -> Response:
    """A proof that one event is under the newest checkpoint, to take away. It carries events of
    the chain as they are, so ISPs get it from whoever may read all of them.
    """
    name, seq = request.args.get("chain", ""), _size("seq")
    reads = "reads" in request.args
    own = chain_to_read(session(), name)
    proof = prove_inclusion(session(), reads_of(own) if reads else own, seq)
    if own != SYSTEM:
        takes(own, "read.proof", str(seq))
    return _proof(proof, f"{name}-{'reads-' if reads else ''}{seq}")


def _note(found: Checkpoint | None, age: str) -> Response:
    if found is None:
        raise NotThere("checkpoint")
    return _text(found.note, age)


def _text(text: str, age: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Cache-Control"] = f"public, max-age={_KEPT_SECONDS[age]}"
    response.add_etag()
    response.make_conditional(request.environ)
    del response.headers["Date"]  # whoever serves us says it
    return response


def _proof(proof: Proof, name: str) -> Response:
    response = make_response(json.dumps(proof, ensure_ascii=False, indent=1) + "\n")
    response.headers["Content-Type"] = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="trail-{name}.json"'
    return response


def _size(name: str) -> int:
    given = request.args.get(name, type=whole)
    if given is None:
        raise NotThere(name)
    return given

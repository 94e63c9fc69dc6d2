"""The gate: every endpoint names its permission or is public; everybody acts in one capacity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.accounts import Actor, Organisation, OrganisationKind, Permission, may
from portal.accounts.desks import must_write
from portal.accounts.permissions import DESK_OF, POSITIONS
from portal.accounts.queries import actors, isp_named
from portal.errors import NotThere
from portal.registers.register import register_named
from portal.wall import stand
from portal.web.session import WRITES, session, settings, today
from portal.web.signin import doors, proof
from portal.web.signin.model import Account

V = TypeVar("V", bound=Callable[..., Any])

_CHOSEN = "acting-as"
KEYED = "api"
"""The blueprint of programs: its own door asks for a key (``portal.web.api.door``)."""


class UnmarkedEndpoint(Exception):
    """A view names no permission and is not public: the app does not start."""


def allow(
    permission: Permission,
    *,
    max_bytes: int | None = None,
    spools: bool = False,
    fresh: bool = False,
) -> Callable[[V], V]:
    """Mark a view: only who holds the permission gets in. ``max_bytes`` allows a larger body, and
    ``spools`` says that its file goes to the private folder; ``fresh``: only who proved a short
    while ago who they are.
    """

    def mark(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]
        view.max_bytes = max_bytes  # type: ignore[attr-defined]
        view.spools = spools  # type: ignore[attr-defined]
        view.fresh = fresh  # type: ignore[attr-defined]
        return view

    return mark


def public(view: V) -> V:
    """Mark a view as open to everybody."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def public_judging(max_bytes: int) -> Callable[[V], V]:
    """Mark a view as open to everybody, who may send it a paper to be judged and no other file."""

    def mark(view: V) -> V:
        view.permission = None  # type: ignore[attr-defined]
        view.max_bytes = max_bytes  # type: ignore[attr-defined]
        view.takes_papers = True  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Ask at every request."""
    app.before_request(_ask)


def init_sizes(app: Flask) -> None:
    """Let the views that take files say how large; must come before whoever reads bodies."""
    app.before_request(_allow_size)


def check(app: Flask) -> None:
    """Raise UnmarkedEndpoint unless every endpoint is marked."""
    unmarked = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in doors.LIBRARY_ENDPOINTS and not hasattr(view, "permission")
    ]
    if unmarked:
        raise UnmarkedEndpoint(", ".join(sorted(unmarked)))


def account() -> Account | None:
    """The account signed in with, if any; a program has none, whatever cookie it sends."""
    if request.blueprint == KEYED:
        return None
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001 - the library's own way


def capacities() -> list[Actor]:
    """Every capacity in which the signed-in person may act today."""
    if "actors" not in g:
        signed_in = account()
        g.actors = actors(session(), signed_in.person_id, today()) if signed_in else []
    found: list[Actor] = g.actors
    return found


def somebody() -> Actor | None:
    """Who is asking, if signed in and a member of anything."""
    if "me" not in g:
        chosen = cookie.get(_CHOSEN)
        mine = capacities()
        g.me = next((a for a in mine if _name_of(a) == chosen), mine[0] if mine else None)
        if g.me is not None:
            # Only now is it known; what was asked so far was asked at the door.
            stand(session(), POSITIONS[g.me.role], g.me.organisation_id)
    found: Actor | None = g.me
    return found


def me() -> Actor:
    """Who is asking, in the capacity they chose; 403 for a person without any."""
    return somebody() or abort(403)


def session_of(actor: Actor) -> Session:
    """A further session that stands where somebody acts: for what is still read while it is sent,
    when the request's own is closed.
    """
    made: Session = current_app.extensions["sessions"]()
    stand(made, POSITIONS[actor.role], actor.organisation_id)
    return made


def act_as(chosen: str) -> None:
    """Act in another of one's capacities from the next request on; 404 for somebody else's."""
    if chosen not in map(_name_of, capacities()):
        abort(404)
    cookie[_CHOSEN] = chosen


def capacity_choices() -> list[tuple[str, Actor]]:
    """What ``act_as`` accepts, with the capacity it stands for."""
    return [(_name_of(actor), actor) for actor in capacities()]


def my_isp() -> Organisation:
    """The ISP for which the asker acts; 404 for everybody else."""
    organisation = session().get_one(Organisation, me().organisation_id)
    if organisation.kind != OrganisationKind.ISP:
        raise NotThere("isp")
    return organisation


def isp_or_404(slug: str) -> Organisation:
    """An ISP by its short name, to read of its returns: any for who may read ISPs, else one's own
    for who may read them there (404).
    """
    isp = isp_named(session(), slug)
    own = isp.id == me().organisation_id and me().may(Permission.RETURN_READ)
    if own or me().may(Permission.ISP_READ):
        return isp
    raise NotThere("isp")


def i_may(permission: Permission) -> bool:
    """Whether the asker holds a permission (for showing what can be done next)."""
    actor = somebody()
    return actor is not None and actor.may(permission)


def permission_of(endpoint: str, view: Callable[..., Any] | None) -> Permission | None:
    """What an endpoint asks for; None where it is open to everybody."""
    if endpoint in doors.OWN:
        return Permission.ACCOUNT_USE
    found: Permission | None = getattr(view, "permission", None)
    return found


def _ask() -> Response | None:
    if request.blueprint == KEYED:
        return None
    if request.endpoint in doors.CLOSED or _is_left_out() or _is_off():
        abort(404)
    if request.endpoint in doors.ON_THE_WAY_IN and account():
        return redirect(url_for("home.index"))
    permission = permission_of(request.endpoint or "", _view())
    asker = account() if permission or request.endpoint in doors.FRESH else None
    if permission is not None:
        if asker is None:
            here = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("security.login", next=here))
        if not may(me().role, permission):
            abort(403)
        # Where the address names the register, that register's desk is asked.
        _ask_desk(permission)
    if asker is not None and request.method in WRITES and _must_be_fresh():
        return proof.ask(asker)
    return None


def _ask_desk(permission: Permission) -> None:
    slug = (request.view_args or {}).get("slug")
    if permission == Permission.ENTRY_WRITE and slug is not None:
        permission = register_named(slug).permission
    if permission in DESK_OF:
        must_write(permission, me())


def _is_left_out() -> bool:
    served = doors.SERVED_OF.get(request.endpoint or "")
    return served is not None and (request.view_args or {}).get("filename") not in served


def _is_off() -> bool:
    return request.blueprint in doors.PROVIDER and settings().provider is None


def _must_be_fresh() -> bool:
    return request.endpoint in doors.FRESH or getattr(_view(), "fresh", False)


def _allow_size() -> None:
    # Asked before anybody reads the body, so that one too large is refused before it is taken in.
    larger = getattr(_view(), "max_bytes", None)
    if larger is not None:
        request.max_content_length = larger
        # What is typed beside a large file is no larger for it.
        if not getattr(_view(), "spools", False):
            request.max_form_memory_size = larger


def _view() -> Callable[..., Any] | None:
    return current_app.view_functions.get(request.endpoint or "")


def _name_of(actor: Actor) -> str:
    return f"{actor.organisation_id}:{actor.role}"

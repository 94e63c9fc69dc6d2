"""What is owed, for everybody signed in to read: plan, policy, limits, lists, calendar, bodies."""

from __future__ import annotations

from datetime import date

from flask import Blueprint
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.policy import calendar, queries
from portal.policy.codes import Priority
from portal.web.gate import allow
from portal.web.pages import page
from portal.web.session import session, today
from portal.web.statements import titled

bp = Blueprint("policy", __name__, url_prefix="/policy")


@bp.get("")
@allow(Permission.POLICY_READ)
def index() -> Response:
    """The plans, the policy versions and what the one in force today asks."""
    known = queries.versions(session())
    here = [v for v in known if v.in_force and _in_force_today(v.in_force)]
    return page(
        "policy/index.html",
        plans=queries.frameworks(session()),
        versions=known,
        today=here[0].in_force if here else None,
        titled=titled,
        priorities=list(Priority),
        bodies=queries.bodies(session()),
        days=_days_of_this_year(),
    )


@bp.get("/<string(maxlength=10):version>")
@allow(Permission.POLICY_READ)
def version(version: str) -> Response:
    """All that one version says."""
    policy = queries.policy_of(session(), version)
    return page("policy/version.html", policy=policy, titled=titled, priorities=list(Priority))


def _days_of_this_year() -> list[calendar.SpecialDay]:
    year = today().year
    try:
        return calendar.special_days(session(), date(year, 1, 1), date(year, 12, 31))
    except queries.NoPolicyInForce:
        return []


def _in_force_today(found: queries.InForce) -> bool:
    return found.from_on <= today() and (found.until_on is None or found.until_on >= today())

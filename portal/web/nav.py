"""What every page shows around its content: who asks, where they can go, where help is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.accounts import Actor, Particulars, Permission
from portal.web.gate import account, capacity_choices, i_may, somebody
from portal.web.labels import label
from portal.web.language import LANGUAGES
from portal.web.session import is_demo, session, settings


@dataclass(frozen=True)
class Item:
    """One way onward, shown to who holds the permission."""

    text: LazyString
    endpoint: str
    permission: Permission


@dataclass(frozen=True)
class FilingNotice:
    """The line on top until the month is filed, from ``app.extensions['filing_notice']``."""

    text: str
    href: str
    link: str
    late: bool = False


# In the order of the corridor; the first one a role may use is its home.
NAV: tuple[Item, ...] = (
    Item(_("This month"), "returns.standing", Permission.RETURN_READ),
    Item(_("Registers"), "registers.overview", Permission.ENTRY_READ),
    Item(_("Notices to us"), "received.index", Permission.ENTRY_READ),
    Item(_("Declarations"), "declarations.index", Permission.ENTRY_READ),
    Item(_("Certificates"), "certificates.own", Permission.CERTIFICATE_OWN),
    Item(_("Hearings"), "hearings.index", Permission.RETURN_READ),
    Item(_("Reviews"), "reviews.queue", Permission.FILING_REVIEW),
    Item(_("Notices sent"), "notices.index", Permission.NOTICE_READ),
    Item(_("Sessions held"), "sessions.index", Permission.TRAINING_HOLD),
    Item(_("List releases"), "releases.index", Permission.RELEASE_RECORD),
    Item(_("Pauses"), "pauses.index", Permission.PAUSE_APPROVE),
    Item(_("Requests"), "requests.index", Permission.FILING_REVIEW),
    Item(_("Certificates"), "certificates.index", Permission.CERTIFICATE_FIND),
    Item(_("Audits"), "audits.index", Permission.AUDIT_READ),
    Item(_("Engagements"), "engagements.index", Permission.FILING_REVIEW),
    Item(_("People"), "people.index", Permission.PEOPLE_MANAGE),
    Item(_("Administrators"), "administrators.index", Permission.ADMINISTRATOR_BIND),
    Item(_("Holds"), "holds.index", Permission.HOLD_SET),
    Item(_("Withheld texts"), "redactions.index", Permission.REDACTION_ASK),
    Item(_("People to talk to"), "sightings.index", Permission.SIGHTING_READ),
    Item(_("The country"), "nation.index", Permission.STATISTICS_READ),
    Item(_("Policy"), "policy.index", Permission.POLICY_READ),
    Item(_("Trail"), "trail.index", Permission.TRAIL_READ),
    Item(_("Jobs"), "jobs.index", Permission.JOB_USE),
)

# Pages that lie behind another station's item.
_REGISTERS = ("entries", "versions", "steps", "imports", "trainings", "picks", "lists")
_UPLOADS = ("uploads", "upload_columns", "upload_decisions", "upload_rows")
_PART_OF = dict.fromkeys((*_REGISTERS, *_UPLOADS), "registers")
_PART_OF |= dict.fromkeys(("notice_files", "notice_counts"), "notices")
_PART_OF |= {"outages": "requests", "successions": "requests", "predecessors": "returns"}
_PART_OF |= dict.fromkeys(("quiet", "drafts", "estimates"), "reviews")
_PART_OF |= {"orders": "notices", "answers": "received", "release_files": "releases"}
_PART_OF |= {"sittings": "certificates"}
_PART_OF |= {"appeals": "hearings", "checkpoints": "trail", "programs": "people"}
_PART_OF |= {"readers": "trail", "audit_entries": "audits", "audit_samples": "audits"}


def init_app(app: Flask) -> None:
    """Give every template its surroundings."""
    app.context_processor(_surroundings)
    app.jinja_env.globals.update(i_may=i_may)


def ways(actor: Actor | None) -> list[Item]:
    """The items of the navigation that an actor may use."""
    known = current_app.view_functions
    return [item for item in NAV if item.endpoint in known and actor and actor.may(item.permission)]


def home_of(actor: Actor) -> str | None:
    """The address a role starts from; None for a role without pages."""
    return next((url_for(item.endpoint) for item in ways(actor)), None)


def organisation_names(ids: Iterable[int]) -> dict[int, str]:
    """The present names of organisations in the reader's language."""
    query = select(Particulars).where(
        Particulars.organisation_id.in_(set(ids)), Particulars.closed_seq.is_(None)
    )
    own = spoken() == "km"
    return {
        named.organisation_id: named.name_km if own else named.name_en
        for named in session().scalars(query)
    }


def spoken() -> str:
    """The language of this page."""
    locale = get_locale()
    return locale.language if locale else "en"


def _surroundings() -> dict[str, Any]:
    bare = "bare" in g
    actor = None if bare else somebody()
    mine = capacity_choices() if actor else []
    names = organisation_names(each.organisation_id for _, each in mine) if mine else {}
    return {
        "portal": settings(),
        "language": spoken(),
        "languages": LANGUAGES,
        "here": _here(),
        "who": actor,
        "who_for": names[actor.organisation_id] if actor else "",
        "signed_in": not bare and account() is not None,
        "capacities": [
            {
                "value": value,
                "text": f"{names[each.organisation_id]} · {label(each.role)}",
                "chosen": each == actor,
            }
            for value, each in mine
        ],
        "nav": [_link(item) for item in ways(actor)],
        "filing_notice": _filing_notice(actor),
        "demo": is_demo(),
        "provider_name": _provider_name(),
    }


def _provider_name() -> str | None:
    provider = settings().provider
    return provider.name_in(spoken()) if provider else None


def _here() -> str:
    """Where a reader comes back to who chooses another language.

    What was sent and answered with a page has mostly a page at its own address, at that of its form
    or at that of what it belongs to.
    """
    if request.method == "GET":
        return request.full_path.rstrip("?")
    path = request.path.rstrip("/")
    near = (path, f"{path}/new", path.rpartition("/")[0])
    ways_back = current_app.create_url_adapter(request)
    there = (one for one in near if ways_back and one and ways_back.test(one, "GET"))
    return next(there, url_for("home.index"))


def _link(item: Item) -> dict[str, Any]:
    blueprint = item.endpoint.partition(".")[0]
    here = _PART_OF.get(request.blueprint or "", request.blueprint)
    current = request.endpoint == item.endpoint or here == blueprint
    return {"text": item.text, "href": url_for(item.endpoint), "current": current}


def _filing_notice(actor: Actor | None) -> FilingNotice | None:
    ask: Callable[[Actor], FilingNotice | None] | None = current_app.extensions.get("filing_notice")
    return ask(actor) if ask and actor else None

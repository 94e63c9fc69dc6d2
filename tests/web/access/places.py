"""What stands in the places of each address: one's own object, and another's of the same kind.

A new endpoint with a place in its address needs an entry here, or its line cannot be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from werkzeug.routing import Rule

from portal.accounts import Role
from portal.ledger import SYSTEM
from portal.web.signin.entrances import Purpose
from tests.web.access.world import OCTOBER, OFFICE, OURS, SENDER, THEIRS, World

Params = dict[str, Any]
MONTH: Final[Params] = {"period": OCTOBER}
ENDED = {OURS: "old-net", THEIRS: "gone-net"}
"""Whom each ISP succeeded; that one had named it as enforcing its lists."""
AT_THE_OFFICE = frozenset({Role.REVIEWER, Role.ISSUER, Role.POLICY_OFFICER})
OF_SENDERS = frozenset({"notices", "orders", "sessions", "releases"})
"""Blueprints whose objects belong to whoever sent, held or published them."""


def _named(slug: str) -> Params:
    return {"slug": slug}


def _month(world: World, slug: str) -> Params:
    return {"slug": slug, **MONTH, "version": world.has[slug]["version"]}


def _filing(world: World, slug: str) -> Params:
    return {**MONTH, "version": world.has[slug]["version"]}


def _number(world: World, slug: str) -> Params:
    return {"number": world.has[slug]["number"]}


def _entry(world: World, slug: str) -> Params:
    return {"slug": "takedowns", "key": world.has[slug]["takedowns"]}


def _order(world: World, slug: str) -> Params:
    return {"key": world.has[slug][f"order of {SENDER}"]}


def _step(world: World, slug: str) -> Params:
    has = world.has[slug]
    return {"key": has["takedowns"], "no": has["step"], "kind": "RESUMED"}


def _pause(world: World, slug: str) -> Params:
    has = world.has[slug]
    return {"isp_id": world.id_of(slug), "key": has["takedowns"], "no": has["step"]}


def _upload(world: World, slug: str) -> Params:
    return {"slug": "takedowns", "name": world.has[slug]["upload"], "row": 2}


def _sent(world: World, sender: str) -> Params:
    return {"key": world.has[sender][f"notice to {OURS}"], "slug": OURS}


def _audited(world: World, slug: str) -> Params:
    return _month(world, slug) | {"register": "takedowns"}


def _withholding(world: World, owner: str) -> Params:
    has = world.has[owner]
    if owner in {SENDER, OFFICE}:
        sent = {"place": "notices", "owner": SYSTEM, "name": has[f"order to {OURS}"]}
        return {**sent, "isp_id": SYSTEM, "no": has["withholding"]}
    isp_id = world.id_of(owner)
    logged = {"place": "takedowns", "owner": isp_id, "name": has["takedowns"]}
    return {**logged, "isp_id": isp_id, "no": has["withholding"]}


def _membership(world: World, slug: str, *, leaves: bool = False) -> Params:
    ours = "leaver" if leaves else "spare"
    return {"number": world.has[ours if slug == OURS else "tep"]["membership"]}


OWNED: Final[dict[str, Callable[[World, str], Params]]] = {
    "administrators": lambda w, isp: {"slug": isp, "no": w.has[isp]["binding"]},
    "audit_entries": lambda w, isp: _audited(w, isp) | {"key": w.has[isp]["takedowns"]},
    "audit_samples": lambda w, isp: (
        _audited(w, isp) | {"no": w.has["country"]["sample"], "place": 1}
    ),
    "audits": _audited,
    "answers": lambda w, isp: {"key": w.has[isp][f"order of {SENDER}"], "answer": "CANNOT"},
    **{
        f"api.{view}": _entry
        for view in ("show", "add_version", "add_voiding", "events", "add_event")
    },
    **{f"api.{view}": _order for view in ("notice", "take_notice", "answer_notice")},
    **{f"api.{view}": _upload for view in ("discard_file", "file", "mending", "record_file")},
    "api.certificate": _number,
    "api.report": _number,
    "api.statement": _filing,
    "appeals.answer": lambda w, isp: {"slug": isp, "no": w.has[isp]["appeal"]},
    "appeals.ask_decision": _filing,
    "appeals.ask_revocation": _number,
    "appeals.decision": _filing,
    "appeals.revocation": _number,
    "appeals.show": lambda w, isp: {"slug": isp, "no": w.has[isp]["appeal"]},
    "certificates": _number,
    "checkpoints.inclusion": lambda _w, isp: {"chain": isp, "seq": 1},
    "drafts.ask_finding": _month,
    "drafts.ask_revocation": _number,
    "drafts.finding": _month,
    "drafts.revocation": _number,
    "entries.show": _entry,
    "estimates": lambda _w, isp: {"slug": isp, **MONTH},
    "filing_papers.decision": lambda w, isp: _month(w, isp) | {"no": 1},
    "filing_papers.draft": lambda _w, isp: {"slug": isp, "no": 1},
    "filing_papers.receipt": _month,
    "hearings": lambda _w, isp: {"slug": isp, "no": 1},
    "holds": lambda w, isp: {"no": w.has[isp]["hold"]},
    "jobs": lambda w, owner: {"number": w.has[owner]["job"]},
    "letters": lambda _w, isp: {"slug": isp, **MONTH, "rung": "reminder"},
    "lists.add_consent": lambda _w, isp: _named(ENDED[isp]),
    "lists.add_withdrawal": lambda _w, isp: _named(ENDED[isp]),
    "lists.ask_consent": lambda _w, isp: _named(ENDED[isp]),
    "notices": _sent,
    "orders": lambda w, sender: {"key": w.has[sender][f"order to {OURS}"]},
    "papers": _number,
    "pauses": _pause,
    "people": _membership,
    "programs": lambda w, isp: {"number": w.has[isp]["program"], "no": w.has[isp]["key"]},
    "people.end": lambda w, isp: _membership(w, isp, leaves=True),
    "predecessors": lambda _w, isp: _named(ENDED[isp]),
    "received": lambda w, isp: {
        "key": w.has[isp][f"notice of {SENDER}"], "entry": w.has[isp]["matched"]
    },
    "redactions": _withholding,
    "releases": lambda w, sender: {"key": w.has[sender]["release"]},
    "requests.answer": lambda w, isp: {"slug": isp, **MONTH, "no": w.has[isp]["request"]},
    "requests.show": lambda w, isp: {"slug": isp, **MONTH, "no": w.has[isp]["request"]},
    "returns.recall": _filing,
    "returns.receipt": _filing,
    "reviews": _month,
    "sessions": lambda w, sender: {"key": w.has[sender][f"session for {OURS}"]},
    "steps": _step,
    "successions": lambda _w, isp: _named(ENDED[isp]),
    "trail.index": lambda _w, isp: {"chain": isp},
    "trainings": lambda w, isp: {"key": w.has[isp][f"session of {SENDER}"]},
    **dict.fromkeys(("uploads", "upload_columns", "upload_decisions", "upload_rows"), _upload),
    "versions": _entry,
}  # fmt: skip
"""By endpoint, else by blueprint: what names an owner's object."""

FREE: Final[dict[str, Callable[[World], Params]]] = {
    "account.confirm": lambda w: {"token": w.link(Purpose.ADDRESS)},
    "account.new_address": lambda w: {"token": w.has["links"][Purpose.ADDRESS]},
    "api": lambda _w: {"slug": "takedowns", "version": "2026.1"},
    "bootstrap.static": lambda _w: {"filename": "css/bootstrap.min.css"},
    "checkpoints.consistency": lambda w: dict(zip(("old", "new"), _sizes(w), strict=True)),
    "checkpoints.dated": lambda w: {"size": _sizes(w)[0]},
    "declarations.add": lambda _w: {"obligation": "SP5-13"},
    "declarations": lambda _w: {"code": "SP5-13"},
    "engagements": lambda w: {"no": w.has["country"]["engagement"]},
    "entries": lambda _w: _named("takedowns"),
    "imports": lambda _w: _named("takedowns"),
    "lists": lambda _w: MONTH,
    "notice_counts": lambda _w: MONTH,
    "passwords.accept": lambda w: {"token": w.has["links"][Purpose.INVITATION]},
    "passwords.invited": lambda w: {"token": w.has["links"][Purpose.INVITATION]},
    "passwords.reset": lambda w: {"token": w.has["links"][Purpose.RESET]},
    "passwords.set_anew": lambda w: {"token": w.has["links"][Purpose.RESET]},
    "picks": lambda w: {"key": w.has[SENDER]["release"]},
    "policy": lambda _w: {"version": "2026.1"},
    "provider": lambda w: {"token": w.has["links"][Purpose.INVITATION]},
    "quiet": lambda w: {**MONTH, "no": w.has["country"]["draw"]},
    "registers": lambda _w: _named("takedowns"),
    "requests": lambda _w: MONTH,
    "returns": lambda _w: MONTH,
    "security": lambda _w: {"token": "x"},
    "sittings": lambda w: {"no": w.has["country"]["sitting"]},
    "sightings": lambda w: {"number": w.has["country"]["sighting"]},
    "static": lambda _w: {"filename": "portal.css"},
    "ties": lambda w: {"token": w.has["links"][Purpose.INVITATION]},
    "verify": lambda w: {**_number(w, OURS), "code": "x"},
    "outages": lambda w: {"key": w.has["country"]["outage"]},
}
"""By endpoint, else by blueprint: what stands where nothing of anybody is named."""

SESSION = "account.end_session"
"""Whose number is that of one of a person's own sessions."""


def owners(asker: str, endpoint: str) -> tuple[str, str]:
    """Who is *own* and who *other* to an asker at an endpoint."""
    blueprint = endpoint.partition(".")[0]
    if blueprint == "jobs":
        return (OFFICE, OURS) if asker in AT_THE_OFFICE else (OURS, THEIRS)
    is_senders = blueprint == "redactions" and asker == Role.NOTIFIER
    if blueprint not in OF_SENDERS and not is_senders:
        return OURS, THEIRS
    return (OFFICE, SENDER) if asker in AT_THE_OFFICE else (SENDER, OFFICE)


def places(world: World, rule: Rule, asker: str) -> list[Params]:
    """What to ask: one's own and another's object, or one address where it names nobody's.
    Fails where the address has a place that nothing here fills.
    """
    endpoint = rule.endpoint
    if endpoint == SESSION:
        return [{"number": number} for number in world.sessions_of(asker)]
    owned = OWNED.get(endpoint)
    if owned is None and rule.arguments and endpoint not in FREE:
        owned = OWNED.get(endpoint.split(".")[0])
    if owned is not None:
        return _whole(rule, [owned(world, owner) for owner in owners(asker, endpoint)])
    free = FREE.get(endpoint, FREE.get(endpoint.split(".")[0]))
    needs = rule.arguments or endpoint in FREE
    return _whole(rule, [free(world) if free and needs else {}])


def _whole(rule: Rule, found: list[Params]) -> list[Params]:
    for params in found:
        lacking = rule.arguments - params.keys()
        assert not lacking, f"{rule.endpoint}: nothing in tests/web/access/places.py for {lacking}"
    return found


def _sizes(world: World) -> tuple[int, int]:
    first, second = world.has["country"]["sizes"]
    return first, second

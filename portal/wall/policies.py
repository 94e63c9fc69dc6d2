"""Which rows each position sees and writes: read from the tables, and from the lists below.

A table with ``isp_id`` is walled by having it. What names its ISP otherwise, and what is for
everybody, is listed by name with its reason; a table that is neither is closed to all but those who
see everything, and a house test names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from sqlalchemy import Table

from portal.wall.standing import SETTING, Position

Command = Literal["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"]
_P = Position
_ALL: Final = "true"
_OUTSIDE: Final = (_P.DOOR, _P.ISP, _P.NOTIFIER, _P.SAFEGUARDING)
# Asked once a statement, not once a row; without an organisation it is null, and no row is its.
_MINE: Final = f"(SELECT nullif(current_setting('{SETTING}', true), ''))::int"
_OF_ISP: Final = "isp_id = {mine}"
_CHAINS: Final = "abs(isp_id) = {mine}"
_MY_NOTICE: Final = "notice IN (SELECT key FROM notice WHERE notifier_id = {mine})"
_ENGAGED: Final = "SELECT e.engagement FROM engagement_isp e WHERE e.isp_id = {mine}"
# The engagements that an auditor sees are those of its organisation; its days are the first wall's.
_AUDITED: Final = (
    "SELECT i.isp_id FROM engagement_isp i"
    " JOIN engagement_confirmation c ON c.engagement = i.engagement WHERE NOT EXISTS"
    " (SELECT FROM engagement_end x WHERE x.engagement = i.engagement)"
)
_ITS_ENGAGEMENTS: Final = "engagement IN (SELECT e.no FROM engagement e)"
_MY_CHAINS: Final = f"{_CHAINS} OR isp_id = 0"

UNWALLED: Final[dict[str, str]] = {
    "account": "credentials are asked for before anybody is known, and changed by their owners",
    "external_identity": "as account",
    "login_session": "as account",
    "mailed_link": "as account",
    "passkey": "as account",
    "recovery_code": "as account",
    "person": "a person may serve several ISPs; names stand beside what people did",
    "tally": "keyed digests of who asks how often, counted before anybody is known",
}
"""Tables that every position reads and writes, and why."""

PUBLIC: Final[dict[str, str]] = {
    "adoption": "the policy in force is public",
    "body": "the policy in force is public",
    "calendar_day": "the policy in force is public",
    "checkpoint": "published, so that others keep it",
    "framework": "the policy in force is public",
    "licence": "who is licensed is public; an upstream and a successor must be",
    "list_release": "what a publisher released is for every ISP",
    "membership": "who acts for whom is asked before a position is known",
    "notifier": "who sends notices through the portal decides what an ISP says itself",
    "organisation": "names and kinds of organisations",
    "outage": "when the portal was away; which ISP it concerned stands in outage_isp",
    "particulars": "names of organisations, as papers print them",
    "policy_version": "the policy in force is public",
    "publisher": "who releases lists",
    "signer": "which keys sign papers, so that anybody verifies them",
    "signer_end": "as signer",
    "trainer": "who holds sessions",
}
"""Tables that every position reads and the authority writes, and why."""

GIVEN: Final = frozenset(
    {"certificate", "decision", "drawn_filing", "estimate", "extension_answer", "finding_draft"}
    | {"letter", "notice_act", "notice_isp", "order_reminder", "outage_isp", "review_comment"}
    | {"review_start", "ruling", "session_isp", "waiver", "administrator_binding"}
    | {"engagement_isp", "sample", "sampled_line", "sample_finding"}
)
"""What others say to an ISP or of it: the ISP reads its own rows and writes none."""

CLOSED: Final[dict[str, str]] = {
    "hold_step": "as legal_hold",
    "legal_hold": "an ISP under investigation must not know it (chairs C1)",
    "archive_copy": "kept for decades by the authority; the ISP has the paper itself",
    "nil_draw": "the authority's samples; an ISP finds its own month in drawn_filing",
    "sitting": "the authority's own work; an ISP finds its certificate",
    "sitting_isp": "as sitting",
}
"""Tables that only those read who see everything, and why."""

SOLE: Final[dict[str, tuple[Position, str]]] = {
    "sighting": (_P.SAFEGUARDING, "who saw something is known to one officer alone (chairs C6)")
}
"""Tables that one position alone reads and writes, and why."""

_CHAINED: Final = frozenset({"checkpoint_leaf", "event", "ledger"})
"""Kept by chain: an ISP's own two are its id and the negative of it, the system's is 0."""

_OWNED: Final[dict[tuple[str, Position], str]] = {
    ("month_count", _P.NOTIFIER): "organisation_id = {mine}",
    ("notice", _P.NOTIFIER): "notifier_id = {mine}",
    ("notice_act", _P.NOTIFIER): _MY_NOTICE,
    ("notice_isp", _P.NOTIFIER): _MY_NOTICE,
    ("session_isp", _P.NOTIFIER): (
        "shared_session IN (SELECT key FROM shared_session WHERE trainer_id = {mine})"
    ),
    ("shared_session", _P.NOTIFIER): "trainer_id = {mine}",
}
"""What a notifier owns, read and written by it."""

_FURTHER: Final[dict[tuple[str, Position, Command], str]] = {
    # The system's chain takes the refusals of everybody, and who sends to many ISPs writes into
    # the chain of each. A chain is written at its end alone, under its ledger's lock.
    ("ledger", _P.DOOR, "SELECT"): "isp_id = 0",
    ("ledger", _P.DOOR, "UPDATE"): "isp_id = 0",
    ("ledger", _P.SAFEGUARDING, "SELECT"): "isp_id = 0",
    ("ledger", _P.SAFEGUARDING, "UPDATE"): "isp_id = 0",
    ("event", _P.SAFEGUARDING, "INSERT"): "isp_id = 0",
    ("ledger", _P.ISP, "SELECT"): _MY_CHAINS,
    ("ledger", _P.ISP, "UPDATE"): _MY_CHAINS,
    ("ledger", _P.NOTIFIER, "SELECT"): _ALL,
    ("ledger", _P.NOTIFIER, "UPDATE"): _ALL,
    ("ledger", _P.READER, "UPDATE"): "isp_id <= 0",
    ("event", _P.ISP, "SELECT"): _CHAINS,
    ("checkpoint_leaf", _P.ISP, "SELECT"): _CHAINS,
    ("event", _P.DOOR, "INSERT"): "isp_id = 0",
    ("event", _P.ISP, "INSERT"): _MY_CHAINS,
    ("event", _P.NOTIFIER, "INSERT"): _ALL,
    ("event", _P.READER, "INSERT"): "isp_id <= 0",
    # A mail goes to whoever it concerns; only its own are read by an organisation.
    **{("outbox", position, "INSERT"): _ALL for position in (*_OUTSIDE, _P.READER)},
    ("membership", _P.ISP, "INSERT"): "organisation_id = {mine}",
    ("membership", _P.ISP, "UPDATE"): "organisation_id = {mine}",
    ("list_release", _P.NOTIFIER, "INSERT"): "publisher_id = {mine}",
    ("list_release", _P.NOTIFIER, "UPDATE"): "publisher_id = {mine}",
    ("order_reminder", _P.NOTIFIER, "SELECT"): _MY_NOTICE,
    # What an ISP was asked, and what was held for it.
    ("notice", _P.ISP, "SELECT"): (
        "EXISTS (SELECT FROM notice_isp a WHERE a.notice = notice.key AND a.isp_id = {mine})"
    ),
    ("shared_session", _P.ISP, "SELECT"): (
        "EXISTS (SELECT FROM session_isp a WHERE a.shared_session = shared_session.key"
        " AND a.isp_id = {mine})"
    ),
    ("paper", _P.ISP, "SELECT"): (
        "serial IN (SELECT c.serial FROM certificate c WHERE c.isp_id = {mine})"
    ),
    ("revocation", _P.ISP, "SELECT"): (
        "serial IN (SELECT c.serial FROM certificate c WHERE c.isp_id = {mine})"
    ),
    # Who may look at an ISP, from when to when, and who said so.
    ("engagement", _P.ISP, "SELECT"): f"no IN ({_ENGAGED})",
    **{
        (f"engagement_{part}", _P.ISP, "SELECT"): f"engagement IN ({_ENGAGED})"
        for part in ("person", "confirmation", "end")
    },
    # Where one ISP goes on as another: both know it, and the successor's month opens with what the
    # predecessor filed.
    ("succession", _P.ISP, "SELECT"): "predecessor_id = {mine} OR successor_id = {mine}",
    ("filing", _P.ISP, "SELECT"): (
        "isp_id IN (SELECT s.predecessor_id FROM succession s WHERE s.successor_id = {mine})"
    ),
    # What is withheld at once at several ISPs is counted by one of them, or by the system.
    ("withheld", _P.ISP, "SELECT"): "owner_id = {mine}",
    # Where one ISP enforces for another (chairs A5): it reads who names it, and lets whoever it
    # consented to read its updates.
    ("list_standing", _P.ISP, "SELECT"): "upstream_id = {mine}",
    ("upstream_consent", _P.ISP, "SELECT"): "downstream_id = {mine}",
    ("blocklist_update", _P.ISP, "SELECT"): (
        "isp_id IN (SELECT u.isp_id FROM upstream_consent u WHERE u.downstream_id = {mine})"
    ),
}
"""What else a position may do, in words of its rows."""


_PASS: Final[dict[str, tuple[tuple[Command, str], ...]]] = {
    "engagement": (("SELECT", "organisation_id = {mine}"),),
    "engagement_isp": (("SELECT", _ITS_ENGAGEMENTS),),
    "engagement_person": (("SELECT", _ITS_ENGAGEMENTS),),
    "engagement_confirmation": (("SELECT", _ITS_ENGAGEMENTS),),
    "engagement_end": (("SELECT", _ITS_ENGAGEMENTS),),
    # Where each chain stands, and what seals it: a proof leads through the leaves of all.
    "ledger": (("SELECT", _ALL), ("UPDATE", "isp_id <= 0")),
    "checkpoint_leaf": (("SELECT", _ALL),),
    "event": (("SELECT", f"abs(isp_id) IN ({_AUDITED})"), ("INSERT", "isp_id <= 0")),
    "outbox": (("INSERT", _ALL),),
}
"""What an auditor may do besides reading what the ISPs of its engagements read."""


class Policy(NamedTuple):
    """One policy: the roles it is for (none: all), the command, and of which rows, read and written
    alike.
    """

    table: str
    name: str
    command: Command
    roles: tuple[Position, ...]
    rows: str


def policies(table: Table) -> list[Policy]:
    """Every policy of a table; of two for one position and command either lets a row through."""
    return [
        Policy(table.name, name, command, roles, rows.format(mine=_MINE))
        for name, command, roles, rows in _said_of(table)
    ]


def is_decided(table: Table) -> bool:
    """Whether somebody decided who sees a table's rows."""
    named = {name for name, _ in _OWNED} | {key[0] for key in _FURTHER}
    listed = {*UNWALLED, *PUBLIC, *CLOSED, *SOLE, *named}
    return "isp_id" in table.columns or table.name in listed


_Said = tuple[str, Command, tuple[Position, ...], str]


def _said_of(table: Table) -> Iterator[_Said]:
    if table.name in UNWALLED:
        yield "everybody", "ALL", (), _ALL
    elif table.name in SOLE:
        yield "sole", "ALL", (SOLE[table.name][0], _P.SYSTEM), _ALL
    else:
        yield from _walled(table)


def _walled(table: Table) -> Iterator[_Said]:
    name = table.name
    yield "whole", "ALL", (_P.AUTHORITY, _P.SYSTEM), _ALL
    yield "reader", "SELECT", (_P.READER,), _ALL
    yield from _of_auditors(table)
    if name in PUBLIC:
        yield "public", "SELECT", _OUTSIDE, _ALL
    elif "isp_id" in table.columns and name not in _CHAINED:
        yield "own", "SELECT" if name in GIVEN else "ALL", (_P.ISP,), _OF_ISP
    for (of, position), rows in _OWNED.items():
        if of == name:
            yield f"own_{position}", "ALL", (position,), rows
    for (of, position, command), rows in _FURTHER.items():
        if of == name:
            yield f"{command.lower()}_{position}", command, (position,), rows


def _of_auditors(table: Table) -> Iterator[_Said]:
    name, auditor = table.name, (_P.AUDITOR,)
    if name in _PASS:
        for command, rows in _PASS[name]:
            yield f"{command.lower()}_pass", command, auditor, rows
    elif name in PUBLIC:
        yield "public_pass", "SELECT", auditor, _ALL
    else:
        further = _FURTHER.get((name, _P.ISP, "SELECT"))
        own = [_OF_ISP] if "isp_id" in table.columns else []
        for place, rows in enumerate([*own, *([further] if further else [])], start=1):
            named = rows.replace("= {mine}", f"IN ({_AUDITED})")
            yield f"pass_{place}", "SELECT", auditor, named

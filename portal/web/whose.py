"""Whose it is that an address names: asked when somebody was told that nothing is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import request
from sqlalchemy import Select, false, select

from portal.accounts import Membership, Organisation
from portal.accounts.programs import Program
from portal.accounts.successions import Succession
from portal.certificates.model import Certificate
from portal.entries.withheld import Withholding
from portal.intake.uploads import Upload
from portal.jobs import Job
from portal.ledger import SYSTEM
from portal.letters.model import Letter, Rung
from portal.notices.model import Notice, NoticeIsp
from portal.notices.releases.model import ListRelease
from portal.registers.lists.model import ListStanding
from portal.registers.register import REGISTERS
from portal.registers.shared.model import SessionIsp, SharedSession
from portal.registers.takedowns import Takedown
from portal.returns.hearing import FindingDraft
from portal.returns.model import Filing
from portal.reviews.appeal import Appeal
from portal.web.signin.entrances import LoginSession
from portal.web.signin.model import Account

_DIGITS: Final = 10

Args = dict[str, Any]
Whose = Callable[[Args], Select[Any]]


def _entry(args: Args) -> Select[Any]:
    register = REGISTERS.get(args["slug"])
    if register is None:
        return select(Takedown.isp_id).where(false())
    table = register.table
    return select(table.isp_id).where(table.key == args["key"])


def _item(args: Args) -> Select[Any]:
    return select(Takedown.isp_id).where(Takedown.key == args["key"])


def _filing(args: Args) -> Select[Any]:
    version = Filing.version == args["version"]
    return select(Filing.isp_id).where(Filing.period == str(args["period"]), version)


def _filing_of(args: Args) -> Select[Any]:
    month = Filing.period == str(args["period"]), Filing.version == args["version"]
    return _named(Filing, args, *month)


def _certificate(args: Args) -> Select[Any]:
    return select(Certificate.isp_id).where(Certificate.number == args["number"])


def _named(table: Any, args: Args, *which: Any) -> Select[Any]:
    isp = Organisation.slug == args["slug"]
    return (
        select(table.isp_id).join(Organisation, Organisation.id == table.isp_id).where(isp, *which)
    )


def _appeal(args: Args) -> Select[Any]:
    return _named(Appeal, args, Appeal.no == args["no"])


def _letter(args: Args) -> Select[Any]:
    rung = Rung(args["rung"].upper())
    return _named(Letter, args, Letter.period == str(args["period"]), Letter.rung == rung)


def _successor(args: Args) -> Select[Any]:
    old = select(Organisation.id).where(Organisation.slug == args["slug"]).scalar_subquery()
    return select(Succession.successor_id).where(Succession.predecessor_id == old)


def _browser(args: Args) -> Select[Any]:
    person = select(Account.person_id).join(LoginSession, LoginSession.account_id == Account.id)
    its = person.where(LoginSession.id == args["number"]).scalar_subquery()
    return select(Membership.organisation_id).where(Membership.person_id == its)


def _relying(args: Args) -> Select[Any]:
    return _named(ListStanding, args, ListStanding.upstream_id.is_not(None))


def _received(args: Args) -> Select[Any]:
    return select(NoticeIsp.isp_id).where(NoticeIsp.notice == args["key"])


def _sent(args: Args) -> Select[Any]:
    return select(Notice.notifier_id).where(Notice.key == args["key"])


def _upload(args: Args) -> Select[Any]:
    return select(Upload.isp_id).where(Upload.name == args["name"])


def _withheld(args: Args) -> Select[Any]:
    which = Withholding.isp_id == args["isp_id"], Withholding.no == args["no"]
    if args["isp_id"] != SYSTEM:
        return select(Withholding.isp_id).where(*which)
    # Of a sender's or trainer's own: whose the person is that asked.
    asked = Withholding.asked_by == Membership.person_id
    return select(Membership.organisation_id).join(Withholding, asked).where(*which)


def _texts(args: Args) -> Select[Any]:
    name, register = args["name"], REGISTERS.get(args["place"])
    key = int(name) if name.isascii() and name.isdigit() and len(name) < _DIGITS else 0
    if register is None:
        notice = Notice.key == key if args["place"] == "notices" else false()
        return select(Notice.notifier_id).where(notice)
    table = register.table
    return select(table.isp_id).where(table.isp_id == args["owner"], table.key == key)


WHOSE: Final[dict[str, Whose]] = {
    "account.end_session": _browser,
    "answers": _received,
    "api.add_event": _item,
    "api.add_version": _entry,
    "api.add_voiding": _entry,
    "api.answer_notice": _received,
    "api.certificate": _certificate,
    "api.discard_file": _upload,
    "api.events": _item,
    "api.file": _upload,
    "api.mending": _upload,
    "api.notice": _received,
    "api.record_file": _upload,
    "api.report": _certificate,
    "api.show": _entry,
    "api.statement": _filing,
    "api.take_notice": _received,
    "appeals.answer": _appeal,
    "appeals.ask_decision": _filing,
    "appeals.ask_revocation": _certificate,
    "appeals.decision": _filing,
    "appeals.revocation": _certificate,
    "appeals.show": _appeal,
    "entries.show": _entry,
    "filing_papers.decision": _filing_of,
    "filing_papers.draft": lambda args: _named(FindingDraft, args, FindingDraft.no == args["no"]),
    "filing_papers.receipt": _filing_of,
    "hearings": lambda args: _named(FindingDraft, args, FindingDraft.no == args["no"]),
    "jobs": lambda args: select(Job.organisation_id).where(Job.id == args["number"]),
    "letters": _letter,
    "lists.add_consent": _relying,
    "lists.add_withdrawal": _relying,
    "lists.ask_consent": _relying,
    "notices": _sent,
    "orders": _sent,
    "papers": _certificate,
    "people": lambda args: select(Membership.organisation_id).where(
        Membership.id == args["number"]
    ),
    "predecessors": _successor,
    "programs": lambda args: select(Program.isp_id).where(Program.person_id == args["number"]),
    "received": _received,
    "redactions.add": _texts,
    "redactions.ask": _texts,
    "redactions.destroy": _withheld,
    "redactions.refuse": _withheld,
    "redactions.show": _withheld,
    "releases": lambda args: select(ListRelease.publisher_id).where(ListRelease.key == args["key"]),
    "returns.recall": _filing,
    "returns.receipt": _filing,
    "sessions": lambda args: select(SharedSession.trainer_id).where(
        SharedSession.key == args["key"]
    ),
    "steps": _item,
    "trail.index": lambda _args: select(Organisation.id).where(
        Organisation.slug == request.args.get("chain", "")
    ),
    "trainings": lambda args: select(SessionIsp.isp_id).where(
        SessionIsp.shared_session == args["key"]
    ),
    "upload_columns": _upload,
    "upload_decisions": _upload,
    "upload_rows": _upload,
    "uploads": _upload,
    "versions": _entry,
}
"""By endpoint, else by blueprint: the owners of what an address names."""

"""A mail of the outbox in words: to whom, in whose language, with which link."""

from __future__ import annotations

import json
from datetime import date
from email.message import EmailMessage
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from portal.accounts import Organisation, may
from portal.accounts.queries import actors
from portal.mail import Mail
from portal.mail.carrier import Server, Words, compose
from portal.mail.model import READERS, TO_ONESELF
from portal.period import Period
from portal.web.account_mails import NO_ANSWER, address_of, said_of, way_of
from portal.web.language import LANGUAGES, local_day, month
from portal.web.mail_words import CALL_FIRST, CLOSING, GREETING, SAID
from portal.web.nav import organisation_names
from portal.web.session import session, settings, today
from portal.web.signin.model import Account


def mail_server() -> Server | None:
    """The mail server of the settings; None where there is none and mail waits."""
    told = settings()
    if not told.mail_server:
        return None
    return Server(
        told.mail_server,
        told.mail_port,
        told.mail_tls,
        told.mail_user,
        told.mail_password,
        told.mail_from,
    )


def reader_of(mail: Mail) -> Account | None:
    """The account of who may read of it today; None for who left, or has no way to sign in."""
    if mail.kind in TO_ONESELF:
        own = session().scalar(select(Account).where(Account.person_id == mail.person_id))
        return own if own and own.active else None
    for actor in actors(session(), mail.person_id, today()):
        if actor.organisation_id == mail.isp_id and may(actor.role, READERS[mail.kind]):
            return session().scalar(select(Account).where(Account.person_id == mail.person_id))
    return None


def message_of(server: Server, mail: Mail, reader: Account) -> EmailMessage:
    """The message to send, in the language of the person it is for."""
    language = mail.language if mail.language in LANGUAGES else next(iter(LANGUAGES))
    with force_locale(language):
        subject, body = words_of(mail, reader.person.name)
        portal = settings().name_km if language == "km" else settings().name_en
    words = Words(
        address_of(mail, reader), reader.person.name, subject, f"{body}\n{portal}\n", language
    )
    return compose(server, words, portal=portal, message_id=mail.message_id, made_at=mail.made_at)


def words_of(mail: Mail, name: str) -> tuple[str, str]:
    """Subject and body, in the language now spoken."""
    if mail.kind in TO_ONESELF:
        return _words_to_oneself(mail, name)
    said, params = SAID[mail.kind], json.loads(mail.params)
    # What an ISP said is written to the authority, and says whom it is about.
    about = params.get("isp", mail.isp_id)
    told = {
        "isp": organisation_names([about])[about],
        "month": month(Period.parse(params["period"])) if "period" in params else "",
        "day": local_day(date.fromisoformat(params["due_on"])) if "due_on" in params else "",
    }
    first = [_call_first()] if params.get("urgent") else []
    link = _link(said.endpoint, about, params)
    parts = (GREETING % {"name": name}, *first, said.sentence % told, link, CLOSING)
    return str(said.subject % told), "\n\n".join(map(str, parts)) + "\n"


def _call_first() -> str:
    lines = {"police": settings().help_police, "hotline": settings().help_hotline}
    return " ".join(str(text) % lines for text in CALL_FIRST)


def _link(endpoint: str, isp_id: int, params: dict[str, Any]) -> str:
    known = {
        "version": params.get("version"),
        "key": params.get("notice"),
        "no": params.get("no"),
        "slug": session().get_one(Organisation, isp_id).slug,
    }
    if "period" in params:
        known["period"] = Period.parse(params["period"])
    [rule] = current_app.url_map.iter_rules(endpoint)
    return _at_home(endpoint, {name: known[name] for name in rule.arguments})


def _words_to_oneself(mail: Mail, name: str) -> tuple[str, str]:
    said = said_of(mail)
    told = {"organisation": organisation_names([mail.isp_id])[mail.isp_id]}
    link = _at_home(said.endpoint, way_of(mail))
    parts = (GREETING % {"name": name}, said.sentence % told, link, NO_ANSWER)
    return str(said.subject), "\n\n".join(map(str, parts)) + "\n"


def _at_home(endpoint: str, values: dict[str, Any]) -> str:
    # There is no request here that could say under which address we are read.
    return settings().public_url + current_app.url_map.bind("").build(endpoint, values)

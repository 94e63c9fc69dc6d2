"""Every rule that can say no has a sentence, and every code a name."""

from __future__ import annotations

import enum
import importlib
import pkgutil
import re

from sqlalchemy import select

import portal
from portal.errors import Refusal
from portal.mail.model import TO_ONESELF, MailKind
from portal.notices.codes import SourceType
from portal.policy.pack import read_pack, shipped
from portal.registers.codes import Authority, Provider
from portal.trail import Event
from portal.web.account_mails import TOLD
from portal.web.labels import LABELS, label
from portal.web.labels.bodies import OFFICES
from portal.web.language import LANGUAGES
from portal.web.mail_words import SAID
from portal.web.sentences import SENTENCES
from portal.web.signin.notes import What
from portal.web.words import FOUND, sentence
from tests.house.sources import modules
from tests.town import Town

# Codes that are no states or answers a reader meets.
SILENT = {"Permission", "MailKind", "Limit", "What", "Purpose", "Position", "Cell"}
# How a file is taken in, what a column of a workbook holds, and keys, which commands alone show.
SILENT |= {"Choice", "Stage", "UploadEnd", "Kind", "SignerStanding", "EndReason"}
# Wiring, and the invented people of the demonstration.
OUTSIDE = ("portal.app", "portal.commands", "portal.demo")
RAISED = re.compile(r"(?:PydanticCustomError|Problem)\(\s*(?:[^,()]+,\s*)?\"([a-z]+(?:-[a-z]+)+)\"")


def everything() -> list[type]:
    found: list[type] = []
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        if not module.name.startswith(OUTSIDE):
            found += [
                v
                for v in vars(importlib.import_module(module.name)).values()
                if isinstance(v, type)
            ]
    return found


def test_every_refusal_has_a_sentence() -> None:
    codes = {kind.code for kind in everything() if issubclass(kind, Refusal)}

    # A dead link has a page of its own, which says what to do now.
    assert codes - {"refused", "several", "link-dead"} - set(SENTENCES) == set()


def test_every_rule_of_an_input_has_a_sentence() -> None:
    codes = {code for _, text, _ in modules() for code in RAISED.findall(text)}

    assert codes - set(SENTENCES) - set(FOUND) == set()


def test_every_code_has_a_name() -> None:
    lists = {
        kind
        for kind in everything()
        if issubclass(kind, enum.StrEnum) and kind.__module__.startswith("portal")
    }
    codes = {f"{kind.__name__}.{code.value}" for kind in lists for code in kind}

    assert {
        code
        for code in codes
        if code not in LABELS
        and code.partition(".")[2] not in LABELS
        and code.partition(".")[2].lower() not in LANGUAGES
        and code.partition(".")[0] not in SILENT
    } == set()


def test_every_kind_of_mail_has_its_words() -> None:
    assert set(SAID) == set(MailKind) - TO_ONESELF
    assert set(TOLD) == TO_ONESELF - {MailKind.ACCOUNT_CHANGED} | set(What)


def test_an_office_is_called_as_the_pack_calls_who_holds_it(town: Town) -> None:
    with town.app.test_request_context(headers={"Accept-Language": "en"}):
        assert label(SourceType.REGULATOR) == "Telecommunication Regulator of Cambodia"
        assert label(Authority.POLICE_CYBERCRIME) == "National Police, Anti-Cybercrime Department"
    with town.app.test_request_context(headers={"Accept-Language": "km"}):
        assert label(Provider.MINISTRY) == "ក្រសួងប្រៃសណីយ៍និងទូរគមនាគមន៍"
    assert label(SourceType.REGULATOR) == "Telecommunication regulator"


def test_every_pack_says_who_holds_an_office() -> None:
    for folder in shipped().values():
        assert {body.code for body in read_pack(folder).bodies} >= OFFICES


def test_words_need_no_request() -> None:
    assert sentence("not-there") == "Nothing by that name can be found here."
    assert label("MET") == "Met"
    assert sentence("a-new-rule") == (
        "This was refused by a rule (a-new-rule). Nothing was changed."
    )


def test_every_event_of_the_trail_has_a_name(town: Town) -> None:
    with town.session() as session:
        kinds = set(session.scalars(select(Event.kind)))

    assert {"policy.adopted", "organisation.founded"} <= kinds
    assert kinds - set(LABELS) == set()

"""What a person is told about their own account; a mail about it holds no figure and no name."""

from __future__ import annotations

import json
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.mail import Mail, MailKind
from portal.web.session import session
from portal.web.signin.entrances import MailedLink
from portal.web.signin.links import token_of
from portal.web.signin.model import Account
from portal.web.signin.notes import What


class Told(NamedTuple):
    """Subject, sentence, and the view that the link opens."""

    subject: LazyString
    sentence: LazyString
    endpoint: str


_CHANGED = _("Your account in the portal was changed")
TOLD: dict[MailKind | What, Told] = {
    MailKind.ACCOUNT_INVITED: Told(
        _("You are invited to the portal"),
        _(
            "You were named as somebody who acts for %(organisation)s. Choose a password within"
            " seven days, here:"
        ),
        "passwords.invited",
    ),
    MailKind.ACCOUNT_RESET: Told(
        _("A new password for the portal"),
        _(
            "Somebody, probably you, asked for a new password. Choose it within an hour, here. If"
            " it was not you, do nothing: your password stays what it was."
        ),
        "passwords.reset",
    ),
    MailKind.ADDRESS_TO_CONFIRM: Told(
        _("Is this your new address?"),
        _(
            "Somebody, probably you, wants to sign in to the portal with this address. Confirm it"
            " within a day, here. If it was not you, do nothing."
        ),
        "account.new_address",
    ),
    What.PASSWORD: Told(_CHANGED, _("Your password was changed."), "account.index"),
    What.ADDRESS: Told(_CHANGED, _("Another e-mail address is now used."), "account.index"),
    What.FACTOR_ADDED: Told(_CHANGED, _("An authenticator was set up."), "account.index"),
    What.FACTOR_REMOVED: Told(_CHANGED, _("The authenticator was removed."), "account.index"),
    What.CODES_MADE: Told(
        _CHANGED, _("New recovery codes were made; the old ones are void."), "account.index"
    ),
    What.CODE_USED: Told(
        _CHANGED, _("Somebody signed in with one of your recovery codes."), "account.index"
    ),
    What.PASSKEY_ADDED: Told(_CHANGED, _("A passkey was added."), "account.index"),
    What.PASSKEY_REMOVED: Told(_CHANGED, _("A passkey was removed."), "account.index"),
    What.PROVIDER_TIED: Told(
        _CHANGED, _("Another way to sign in was added: by a provider."), "account.index"
    ),
    What.PROVIDER_UNTIED: Told(
        _CHANGED, _("Sign-in by the provider was removed."), "account.index"
    ),
    What.RIGHTS: Told(
        _CHANGED, _("What you may do for %(organisation)s was changed."), "account.index"
    ),
    What.ADMINISTRATOR: Told(
        _CHANGED, _("%(organisation)s has another administrator."), "account.index"
    ),
}
NOT_YOU = _(
    "If it was not you, change your password at once and tell whoever manages your organisation's"
    " people. Your account is here:"
)
NO_ANSWER = _("Nobody reads answers to this address.")


def said_of(mail: Mail) -> Told:
    """What a mail about somebody's own account says."""
    if mail.kind in TOLD:
        return TOLD[mail.kind]
    told = TOLD[What(json.loads(mail.params)["what"])]
    return told._replace(sentence=_joined(told.sentence))


def way_of(mail: Mail) -> dict[str, str]:
    """What the link's address needs: the token, made now, and kept nowhere."""
    if mail.kind == MailKind.ACCOUNT_CHANGED:
        return {}
    return {"token": token_of(_link(mail))}


def address_of(mail: Mail, account: Account) -> str:
    """Where it goes: a change of address is confirmed by the new one and told to the old one."""
    if mail.kind == MailKind.ADDRESS_TO_CONFIRM:
        return _link(mail).address or account.email
    if mail.kind == MailKind.ACCOUNT_CHANGED and "link" in json.loads(mail.params):
        return _link(mail).former or account.email
    return account.email


def _link(mail: Mail) -> MailedLink:
    return session().get_one(MailedLink, json.loads(mail.params)["link"])


def _joined(sentence: LazyString) -> LazyString:
    return LazyString(lambda: f"{sentence} {NOT_YOU}")

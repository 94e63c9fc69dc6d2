"""Letting people in: a person, an account without a password, and a link by mail."""

from __future__ import annotations

from sqlalchemy import delete, select

from portal.accounts import Person
from portal.accounts.actions import THE_SYSTEM, enrol
from portal.accounts.staff import administrators
from portal.mail import MailKind
from portal.web.session import session, today
from portal.web.signin import add_account
from portal.web.signin.addresses import account_of
from portal.web.signin.entrances import Purpose
from portal.web.signin.links import make_link
from portal.web.signin.model import Account, Passkey, RecoveryCode
from portal.web.signin.notes import What, note, send_link, tell
from portal.web.signin.sessions import end_all


def account_for(address: str, name: str, **about: str) -> Account:
    """The account of an address; a new one, of a new person, where there is none. ``about`` are
    titles and language.
    """
    known = account_of(address)
    if known is not None:
        return known
    return add_account(session(), enrol(session(), name, **about), address, None)


def let_know(account: Account, organisation_id: int) -> None:
    """Write to somebody who may act for an organisation now: an invitation, until they took one."""
    if not account.has_way_in:
        link = make_link(account, Purpose.INVITATION)
        send_link(account, MailKind.ACCOUNT_INVITED, link, organisation_id=organisation_id)
    else:
        tell(account, What.RIGHTS, organisation_id=organisation_id)


def forget_factors(account: Account) -> None:
    """Take every second factor off an account and sign it out; the person sets up anew."""
    account.tf_primary_method = account.tf_totp_secret = account.tf_last_counter = None
    for table, owner in ((Passkey, Passkey.user_id), (RecoveryCode, RecoveryCode.account_id)):
        session().execute(delete(table).where(owner == account.id))
    session().expire(account, ["webauthn"])
    end_all(account.id)
    note(account, What.FACTOR_REMOVED, by=THE_SYSTEM)


def tell_administrators(isp_id: int, *, but: Person) -> None:
    """Write to an ISP's other administrators that it has another one."""
    for person in administrators(session(), isp_id, today()):
        if person.id != but.id:
            account = session().scalar(select(Account).where(Account.person_id == person.id))
            if account is not None:
                tell(account, What.ADMINISTRATOR, organisation_id=isp_id)

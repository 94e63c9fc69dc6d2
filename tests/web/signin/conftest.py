"""A town whose portal is as strict as a real one, and what its people hold in their hands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from portal.mail import Mail, MailKind
from portal.web.account_mails import address_of
from portal.web.mails import words_of
from portal.web.signin import Account
from tests.town import PASSWORD, Town
from tests.visitors import Visitor
from tests.web.signin.providers import Running, running

STRICT = {
    "second_factor": "required",
    "fresh_minutes": 15,
    "session_hours": 8,
    "session_idle_minutes": 60,
}
LINK = re.compile(r"http://127\.0\.0\.1:8000(/\S+)")


@pytest.fixture
def strict(town: Town) -> Iterator[Town]:
    """The town under the settings of a real portal."""
    app, before = town.app, town.app.extensions["settings"]
    app.extensions["settings"] = replace(before, **STRICT)
    kept = {name: app.config[name] for name in ("SECURITY_FRESHNESS", "PERMANENT_SESSION_LIFETIME")}
    app.config["SECURITY_FRESHNESS"] = timedelta(minutes=15)
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(minutes=60)
    yield town
    app.extensions["settings"] = before
    app.config.update(kept)


@pytest.fixture(scope="session")
def there() -> Iterator[Running]:
    """A provider that others wrote, in a process of its own."""
    with running("honest") as found:
        yield found


@pytest.fixture(scope="session")
def liar() -> Iterator[Running]:
    """A provider that says what it is told to, in a process of its own."""
    with running("told") as found:
        yield found


@dataclass
class Sent:
    """A mail of the outbox as its reader would get it."""

    to: str
    kind: MailKind
    text: str

    @property
    def path(self) -> str:
        """The page that its link opens."""
        [path] = LINK.findall(self.text)
        return str(path)


@pytest.fixture
def mails(town: Town) -> Callable[[], list[Sent]]:
    """Everything in the outbox that goes to somebody about their own account, oldest first."""

    def read() -> list[Sent]:
        with town.app.test_request_context(), town.session() as session:
            found = []
            for mail in session.scalars(select(Mail).order_by(Mail.id)):
                account = session.scalars(select(Account).filter_by(person_id=mail.person_id)).one()
                words = words_of(mail, account.person.name)
                found.append(Sent(address_of(mail, account), mail.kind, "\n".join(words)))
            return found

    return read


def signs_in(visitor: Visitor, name: str, password: str = PASSWORD) -> Visitor:
    """Enter name and password on the sign-in page."""
    visitor.opens("/login")
    return visitor.fills_in(form="Sign in", email=f"{name}@example.org", password=password)


def key_on(visitor: Visitor) -> str:
    """The key of a new authenticator, read from the page."""
    [found] = visitor.page.xpath("//*[@id='authenticator-key']/text()")
    return str(found)


def code_of(key: str) -> str:
    """What an authenticator shows now."""
    return str(TOTP(key.replace("-", "").replace(" ", ""), format="base32").generate().token)


def waits(town: Town, seconds: int) -> None:
    """Let time pass."""
    town.clock.shift(seconds)


def sets_up(visitor: Visitor) -> str:
    """Set up a first authenticator on the way in; gives its key."""
    assert visitor.heading == "Set up an authenticator"
    key = key_on(visitor.presses("Begin"))
    visitor.fills_in(form="Confirm", code=code_of(key))
    return key

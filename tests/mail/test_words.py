"""What each kind of mail says, pinned in both languages: a link, and nothing that is behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask_babel import force_locale

from portal.mail import Mail, MailKind
from portal.mail.model import READERS
from portal.web.mails import words_of
from tests.certificates.reading import agrees_with_golden
from tests.town import Town

LINK = re.compile(r"http://127\.0\.0\.1:8000\S+")
# The only numbers a mail may say: a month's year, and days.
DATES = re.compile(r"\b(\d{1,2} )?\S+ 2026\b")


def said(town: Town, language: str) -> Iterator[tuple[MailKind, str, str]]:
    """Every kind of mail in a language: subject and body."""
    with town.app.app_context(), force_locale(language):
        for kind in READERS:
            mail = Mail(
                kind=kind,
                isp_id=town.bodies["mekong-net"],
                params='{"due_on":"2026-11-10","no":1,"notice":1,"period":"2026-10","version":2}',
            )
            yield kind, *words_of(mail, "Meas Approver")


@pytest.mark.parametrize("language", ["en", "km"])
def test_every_kind_is_said_in_both_languages(town: Town, language: str) -> None:
    text = "\n".join(
        f"{kind}\n{'=' * len(kind)}\n{subject}\n\n{body}"
        for kind, subject, body in said(town, language)
    )

    assert agrees_with_golden(text, f"mails-{language}.txt")


@pytest.mark.parametrize("language", ["en", "km"])
def test_a_mail_holds_one_link_and_no_figure(town: Town, language: str) -> None:
    for kind, subject, body in said(town, language):
        assert len(LINK.findall(body)) == 1, kind
        assert not re.search(r"\d", DATES.sub("", f"{subject}\n{LINK.sub('', body)}")), kind


def test_every_link_opens_for_who_gets_it(town: Town) -> None:
    approver, safeguarding = town.visit("meas"), town.visit("sary")
    for kind, _subject, body in said(town, "en"):
        path = LINK.findall(body)[0].removeprefix("http://127.0.0.1:8000")
        # Nothing is filed, ordered or drafted in town yet, so that is not there; all else is.
        missing = re.search("^/received/|/filings/|/hearings/|/appeals/", path)
        reader = safeguarding if kind == MailKind.SOMETHING_SEEN else approver
        reader.opens(path, 404 if missing else 200)
        assert reader.path == path, kind


def test_a_link_waits_for_the_sign_in(town: Town) -> None:
    stranger = town.stranger().opens("/returns/2026-10")

    assert stranger.path.startswith("/login?next=")
    stranger.fills_in(
        form="Sign in", email="meas@example.org", password="correct horse battery staple"
    )
    assert stranger.path == "/returns/2026-10"


def test_a_mail_about_an_emergency_says_first_to_call(town: Town) -> None:
    # chairs C5
    with town.app.app_context(), force_locale("en"):
        mail = Mail(
            kind=MailKind.ORDER_SENT,
            isp_id=town.bodies["mekong-net"],
            params='{"name":"N-000001","notice":1,"urgent":1}',
        )
        _subject, body = words_of(mail, "Meas Approver")

    greeting, first, *_rest = body.split("\n\n")
    assert greeting == "To Meas Approver"
    assert first.startswith("A child may be in danger: call first. Police 1288")

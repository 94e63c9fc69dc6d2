"""The reply is printed: its words in the report, that there is one on the public page (C8)."""

from __future__ import annotations

import re

import pytest

from portal.certificates.aside import NOTHING_ASIDE, Aside
from portal.certificates.render import render_certificate
from portal.certificates.report import MORE_PAGES, PAGES, render_report
from portal.certificates.words import HEARD
from portal.entries.entry import commitment
from tests.certificates.reading import breaches, pages_of, text_by_poppler
from tests.certificates.samples import (
    POLICY,
    URL,
    a_hearing,
    a_sample_attestation,
    a_sample_statement,
    frozen,
    heard,
    the_longest_attestation,
)

KHMER = "ម៉ាស៊ីនមេអ៊ីមែលរបស់យើងបានដាច់អស់រយៈពេលពីរថ្ងៃ ហើយយើងបានជួសជុលរួចហើយ។ " * 28


def report(aside: Aside, **changes: object) -> bytes:
    statement = a_sample_statement()
    return render_report(
        heard(aside, **changes), statement, frozen(statement), b'{"type":"object"}', POLICY,
        qr_url=URL, aside=aside,
    )  # fmt: skip


def public(aside: Aside, **changes: object) -> str:
    attestation = heard(aside, **changes)
    pdf = render_certificate(attestation, frozen(attestation), POLICY, qr_url=URL)
    assert pages_of(pdf) == 1
    return " ".join(text_by_poppler(pdf).split())


@pytest.mark.parametrize("words", ["We were late, and say so.", KHMER[:2000]])
def test_the_report_prints_the_reply_in_the_providers_own_words(words: str) -> None:
    aside = a_hearing(words)
    pdf = report(aside)
    assert PAGES < pages_of(pdf) <= PAGES + MORE_PAGES
    assert breaches(pdf) == []
    text = text_by_poppler(pdf)
    assert "Right of reply, and appeals" in text
    assert "16 Nov 2026" in text or "16 November 2026" in text
    if words.isascii():
        assert words in text


def test_the_words_and_the_salt_that_are_printed_are_what_the_attestation_commits_to() -> None:
    aside = a_hearing()
    text = text_by_poppler(report(aside))
    assert aside.reply is not None
    [salt] = re.findall(r"salt\s+([0-9a-f]{32})\b", text)
    assert commitment(bytes.fromhex(salt), aside.reply) in text
    assert aside.reply in " ".join(text.split())


def test_an_appeal_and_its_answer_are_printed() -> None:
    text = " ".join(text_by_poppler(report(a_hearing())).split())
    assert "A-0007-1" in text
    assert "refused" in text


def test_the_public_page_says_that_the_provider_was_heard_and_not_its_words() -> None:
    aside = a_hearing()
    said = public(aside)
    assert HEARD["REPLIED"].en in said
    assert "mail server" not in said
    hearing = heard(aside)["hearing"]
    silent = {**hearing, "reply": None}
    assert HEARD["NOTHING_TO_SAY"].en in public(aside, hearing=silent)
    assert HEARD["NO_REPLY"].en in public(aside, hearing={**silent, "replied_at": None})


def test_what_went_well_says_nothing_of_hearings() -> None:
    aside = a_hearing()
    said = public(aside, kind="CERTIFICATE")
    assert "Right of reply" not in said
    statement = a_sample_statement()
    pdf = render_report(
        a_sample_attestation(), statement, frozen(statement), b"{}", POLICY,
        qr_url=URL, aside=NOTHING_ASIDE,
    )  # fmt: skip
    assert pages_of(pdf) == PAGES
    assert "Right of reply" not in text_by_poppler(pdf)


def test_words_that_were_withdrawn_leave_their_commitment() -> None:
    attestation = heard(a_hearing())
    statement = a_sample_statement()
    pdf = render_report(
        attestation, statement, frozen(statement), b"{}", POLICY, qr_url=URL,
        aside=NOTHING_ASIDE,
    )  # fmt: skip
    text = " ".join(text_by_poppler(pdf).split())
    assert attestation["hearing"]["reply"] in text
    assert "The words were withdrawn." in text


def test_the_longest_paper_still_fits_on_its_page() -> None:
    long = the_longest_attestation() | {"hearing": heard(a_hearing())["hearing"]}
    pdf = render_certificate(long, frozen(long), POLICY, qr_url=URL)
    assert pages_of(pdf) == 1
    assert breaches(pdf) == []

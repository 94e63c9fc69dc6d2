"""A locator is refused however it is written, and what officers really write is not."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import ipaddress
import re
import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from portal.entries.guards import looks_like_locator, names_a_locator
from portal.entries.texts import Note, Pseudonym, Reference

NOTE: TypeAdapter[str] = TypeAdapter(Note)
REFERENCE: TypeAdapter[str] = TypeAdapter(Reference)
PSEUDONYM: TypeAdapter[str] = TypeAdapter(Pseudonym)

HARMLESS_DIGEST = hashlib.sha256(b"harmless").digest()

LOCATORS = [
    "http://example.invalid/a",
    "HTTPS://example.invalid",
    "hxxp://example.invalid",
    "hxxps[:]//example[.]invalid",
    "h**p://example.invalid",
    "see example.com",
    "see sub.example.co.kh/x?y=1",
    "example[.]com",
    "example (dot) com",
    "example dot com",
    "example . com",
    "example{.}org",
    "example\\.com",
    "ｅｘａｍｐｌｅ．ｃｏｍ",
    "ｈｔｔｐ：／／example",
    "exa\u200bmple.com",
    "exam\u00adple。com",
    "例え.テスト",
    "xn--r8jz45g.xn--zckzah",
    "www.example",
    "t.me/somebody",
    "192.0.2.7",
    "192[.]0[.]2[.]7:8080",
    "១៩២.០.២.៧",
    "2001:db8::1",
    "[2001:db8::7]:443",
    "::1",
    "2001:0db8:0000:0000:0000:0000:0000:0001",
    "00:1a:2b:3c:4d:5e",
    "sok@example.invalid",
    "sok (at) mail",
    "write to @somebody",
    "012 345 678",
    "call 012345678 please",
    "call-012-345-678",
    "+855 12 345 678",
    "00855 12 345 678",
    "855-12-345-678",
    "(012) 345678",
    "០១២ ៣៤៥ ៦៧៨",
    "3232235777",
    "data:image/png;base64,AAAA",
    "magnet:?xt=urn",
    "tel:1288x",
    HARMLESS_DIGEST.hex(),
    HARMLESS_DIGEST.hex()[:32].upper(),
    HARMLESS_DIGEST.hex(" "),
    base64.b64encode(HARMLESS_DIGEST).decode(),
    base64.urlsafe_b64encode(HARMLESS_DIGEST).decode(),
    base64.b32encode(HARMLESS_DIGEST).decode(),
    base64.b64encode(b"twelve bytes").decode() + "==",
]

HARMLESS = [
    "",
    "Applied on all resolvers.",
    "Applied 31/10/2026 23:50, tested 2026-11-01 00:10:30.",
    "Order TRC-2026-000117 covers TD-2026-000123 and KH-SP5-2026-000045-7.",
    "5 of 6 resolvers, e.g. the one in Takeo, at 10:02:30 a.m.",
    "Serial 2026110101 was skipped"[:6] + "skipped.",
    "40,000 subscribers; 1.5 h of delay (power cut).",
    "បានអនុវត្តលើម៉ាស៊ីនមេទាំងអស់។ ថ្ងៃទី ៣១ តុលា ២០២៦ ម៉ោង ២៣:៥០",
    "យោង\u200bលិខិត\u200bលេខ ១១៧ ប.ទ.ស",
    "Ticket INC0012345 closed",
    "the dot on the map; what to do at night?",
]


@pytest.mark.parametrize("text", LOCATORS)
def test_a_locator_is_recognised_however_it_is_written(text: str) -> None:
    assert looks_like_locator(text)
    assert looks_like_locator(f"Applied late, {text} was slow")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_officers_write_is_accepted(text: str) -> None:
    assert not looks_like_locator(text)


@pytest.mark.parametrize(
    "reference",
    [
        "TRC/2026/0117",
        "TD-2026-000123",
        "ICCAM 123456789",
        "123456789",
        "20261031001",
        "INC0012345",
        "No. 12 (b)",
        "លេខ ១១៧ សជណ.បទ",
        "3f2b8c1e-7d0a-4c55-9d9e-0c2f6b1a8e77",
    ],
)
def test_a_reference_may_be_what_notifiers_and_ticket_systems_write(reference: str) -> None:
    assert REFERENCE.validate_python(reference)


@pytest.mark.parametrize("text", [t for t in LOCATORS if not re.fullmatch(r"\d+", t)])
def test_a_reference_that_is_a_locator_is_refused(text: str) -> None:
    assert names_a_locator(text)
    with pytest.raises(ValidationError):
        REFERENCE.validate_python(text)


def test_khmer_digits_and_spaces_of_a_reference_take_one_form() -> None:
    assert REFERENCE.validate_python("  TRC/២០២៦ / ០១១៧ ") == "TRC/2026 / 0117"


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u202e", "\u2066", "\ufeff", "\x7f", "\u2028"])
def test_hidden_characters_are_refused(hidden: str) -> None:
    for adapter in (NOTE, REFERENCE):
        with pytest.raises(ValidationError) as refused:
            adapter.validate_python(f"ab{hidden}c")
        assert [e["type"] for e in refused.value.errors()] == ["not-plain-text"]


@pytest.mark.parametrize("good", ["S-0421", "AB-12", "S-០៤២១"])
def test_a_pseudonym_has_letters_a_dash_and_digits(good: str) -> None:
    assert PSEUDONYM.validate_python(good) in {"S-0421", "AB-12"}


@pytest.mark.parametrize("bad", ["Sok Dara", "S0421", "S-1", "s-0421", "ABCD-12", "S-0421 ", ""])
def test_anything_else_is_no_pseudonym(bad: str) -> None:
    if bad == "S-0421 ":
        assert PSEUDONYM.validate_python(bad) == "S-0421"
        return
    with pytest.raises(ValidationError):
        PSEUDONYM.validate_python(bad)


label = st.from_regex(r"[a-z][a-z0-9]{1,10}", fullmatch=True)
top = st.sampled_from(["com", "org", "invalid", "example", "kh", "onion", "xyz"])
dot = st.sampled_from([".", "[.]", "(dot)", " [dot] ", "．", "。", "\u200b."])
domain = st.builds(lambda a, d, t: f"{a}{d}{t}", label, dot, top)
scheme = st.sampled_from(["", "http://", "hxxp://", "hxxps[:]//", "https://", "ftp://"])
url = st.builds(
    lambda s, d, path: f"{s}{d}{path}",
    scheme,
    domain,
    st.sampled_from(["", "/", "/a?b=1", ":8080"]),
)
phone = st.builds(
    lambda lead, gap, body: f"{lead}{gap}{body[:3]}{gap}{body[3:]}",
    st.sampled_from(["012", "+855 12", "085512"[:3], "096"]),
    st.sampled_from(["", " ", "-", ".", "\u00a0"]),
    st.from_regex(r"[0-9]{6,7}", fullmatch=True),
)
words = st.lists(
    st.sampled_from(
        [
            "the",
            "update",
            "was",
            "applied",
            "on",
            "all",
            "resolvers",
            "បាន",
            "អនុវត្ត",
            "late",
            "17",
            "of",
        ]
    )
)


@given(words, st.one_of(url, phone), words)
def test_no_surroundings_hide_a_locator(before: list[str], locator: str, after: list[str]) -> None:
    assert looks_like_locator(" ".join([*before, locator, *after]))


@given(st.ip_addresses(), words)
@example(ipaddress.ip_address("::"), [])
def test_every_address_is_recognised(address: object, around: list[str]) -> None:
    assert looks_like_locator(" ".join([*around, str(address), *around]))


@given(st.binary(min_size=16, max_size=64))
def test_every_digest_is_recognised_as_hex(digest: bytes) -> None:
    assert looks_like_locator(digest.hex())
    assert looks_like_locator(digest.hex().upper())


@given(
    words, st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.times(), st.integers(0, 9_999_999)
)
def test_dates_times_and_counts_are_no_locators(
    text: list[str], day: object, time: object, count: int
) -> None:
    said = " ".join([*text, f"{day:%d/%m/%Y} {time:%H:%M}, {day} {time:%H:%M:%S}; {count} entries"])
    assert not looks_like_locator(said)


@given(st.from_regex(r"[A-Z]{2,4}[-/](19|20)[0-9]{2}[-/][1-9][0-9]{3,5}", fullmatch=True))
def test_an_order_number_is_no_locator(reference: str) -> None:
    assert not looks_like_locator(reference)
    assert REFERENCE.validate_python(reference) == reference


@given(st.text())
def test_a_guard_answers_for_every_text(text: str) -> None:
    assert looks_like_locator(text) in {True, False}


def test_the_refused_text_is_not_in_the_refusal() -> None:
    with pytest.raises(ValidationError) as refused:
        NOTE.validate_python("hxxp://example.invalid/secret")
    [error] = refused.value.errors(include_input=False)
    assert error["type"] == "looks-like-locator"
    assert "secret" not in str(error)


@given(st.uuids(version=4))
@example(uuid.UUID("96d1c470-c4cc-4d0a-b029-104810eec49b"))
def test_a_uuid_is_a_reference(number: uuid.UUID) -> None:
    # Reports carry one; its digits are nobody's telephone.
    assert REFERENCE.validate_python(str(number)) == str(number)

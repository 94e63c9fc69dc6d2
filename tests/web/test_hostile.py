"""Whatever is typed, sent or put into an address goes in and comes out as it was, or is refused in
words; nothing breaks a page.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask_security import hash_password
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html

from portal.accounts import Organisation, Person, Role
from portal.readers import Rate
from portal.web.signin import add_hashed_account
from tests.build import COMPLETION, SPAN, TAKEDOWN, UPDATE, an_officer
from tests.journeys.acts import a_good_month, files, opens_the_books, prepares, typed
from tests.town import PASSWORD, Town
from tests.visitors import CHROME, Visitor, chosen_values

BROKEN = 500
# Each has broken some program: what is not seen, what turns a line round, what is no text at all,
# what databases, shells, templates, pages and spreadsheets take for their own.
NAUGHTY = (
    "",
    "\x00",
    "a\x00b",
    "\x1b[31m\x07\x08",
    "\u202egpj.exe\u2066",
    "\ufeff\u200b\u200d\u2028\u2029\x85",
    "\ufffd\ufffe\uffff\U0010ffff",
    "ភាសាខ្មែរ ១២៣៤ ្្្",
    "👩‍👩‍👧‍👦🏴‍☠️",
    "Ω≈ç√∫˜µ≤ ﷽ Z̮̞̠͙͔̹̖̑͗",
    "x" * 20_000,
    "' OR 1=1; DROP TABLE event; --",
    "{{ 7 * 7 }} ${7*7} %(name)s %s %n {0}",
    '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "=HYPERLINK(1)|' /C calc'!A0",
    "hxxp://material[.]example/a?b=c",
    "../../../etc/passwd",
    "a\r\nSet-Cookie: x=y\r\n\r\n<html>",
    "-1",
    "0",
    "1e309",
    "NaN",
    str(2**31),
    str(2**63),
    "9" * 5000,
    "٣",
    "²",
    "0000-00",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "2026-02-30",
    "None",
    "[]",
)
NUMBERS = ("0", str(2**31), str(2**31 - 1), "9" * 5000)
PERIODS = ("0000-00", "0001-01", "2026-13", "9999-12", "2026-10")
WORDS = (
    "x",
    "%00",
    "a%00b",
    quote("\u202eភាសា"),
    "%ff%fe",
    "..%2f..",
    "'",
    "mekong-net",
    "takedowns",
)
ROUNDS, EVERY = 3, 7
ASKED = ("before", "after", "period", "like", "list", "chain", "kind", "isp", "status", "number")
ASKED += ("span", "next", "list_code", "open", "each")


class Form(NamedTuple):
    """A form as somebody found it: where it goes, what a browser would send, what can be typed."""

    action: str
    data: dict[str, Any]
    fields: tuple[str, ...]


@pytest.fixture
def busy(town: Town) -> Iterator[Town]:
    """The town with a month filed and under review, and no limit on how often anybody asks."""
    before, config = town.app.extensions["settings"], dict(town.app.config)
    # A page that breaks is counted by its answer, as outside of tests; the log says where.
    town.app.config["PROPAGATE_EXCEPTIONS"] = False
    often = Rate(10**6, 60)
    town.app.extensions["settings"] = replace(
        before, limit_verify=often, limit_sign_in=often, limit_upload=often, limit_download=often
    )
    officer = town.visit("chea")
    a_good_month(officer)
    opens_the_books(officer.opens("/returns/2026-10"))
    prepares(officer)
    files(town.visit("meas"))
    town.visit("sok").opens("/reviews/mekong-net/2026-10/1").presses("Begin the review")
    town.engages("mekong-net")
    _has_an_administrator(town)
    yield town
    town.app.config.update(config)
    town.app.extensions["settings"] = before


def _has_an_administrator(town: Town) -> None:
    with town.app.app_context():
        hashed = hash_password(PASSWORD)
    with town.session() as session:
        isp = session.get_one(Organisation, town.bodies["mekong-net"])
        by = an_officer(session, isp, Role.ADMINISTRATOR, "Adam Administrator")
        person = session.get_one(Person, by.person_id)
        add_hashed_account(session, person, "adam@example.org", hashed)


def pages(visitor: Visitor, most: int) -> Iterator[html.HtmlElement]:
    """The pages one gets to by links, each kind of address once, nearest first."""
    waiting, seen = ["/"], set()
    while waiting and len(seen) < most:
        visitor.opens(waiting.pop(0))
        yield visitor.page
        for link in visitor.page.xpath("//main//a/@href | //nav//a/@href"):
            path = urljoin(visitor.path, link)
            kind = "".join("0" if sign.isdigit() else sign for sign in urlsplit(path).path)
            if path.startswith("/") and kind not in seen and not path.endswith((".pdf", ".csv")):
                seen.add(kind)
                waiting.append(path)


def forms_of(visitor: Visitor, most: int) -> list[Form]:
    """Every form with something to type that somebody finds, each kind once."""
    found: dict[object, Form] = {}
    for page in pages(visitor, most):
        for form in page.forms:
            action = urljoin(visitor.path, form.action or "")
            fields = tuple(
                field.get("name")
                for field in form.xpath(".//input | .//textarea | .//select")
                if field.get("name") and field.get("name") != "csrf_token"
            )
            if form.method == "POST" and fields and not urlsplit(action).path.endswith(CHROME):
                kind = "".join("0" if sign.isdigit() else sign for sign in action), fields
                found.setdefault(kind, Form(action, chosen_values(form, None), fields))
    return list(found.values())


def test_no_form_breaks_whatever_stands_in_its_fields(busy: Town) -> None:
    answers: Counter[int] = Counter()
    broken: set[str] = set()
    met: set[str] = set()
    for who, most in WALKS.items():
        visitor = busy.visit(who)
        for form in forms_of(visitor, most):
            met.add(form.action.split("/")[1])
            # Each field meets many of the texts, and never twice the same beside it.
            for start in range(0, len(NAUGHTY), EVERY):
                texts = itertools.islice(itertools.cycle(NAUGHTY), start, None)
                filled = dict(zip(form.fields, texts, strict=False))
                answer = visitor.client.post(form.action, data={**form.data, **filled})
                answers[answer.status_code] += 1
                if answer.status_code >= BROKEN:
                    broken.add(form.action)
    assert broken == set()
    assert met >= MET
    # Not turned away at the door: read, and refused at the fields.
    assert answers[422] > 80


WALKS = {
    "chea": 45, "sok": 40, "rith": 15, "pich": 40, "meas": 12, "ly": 15, "chan": 12, "adam": 8,
}  # fmt: skip
"""Who walks about, and how many pages far."""
MET = {
    "administrators", "audits", "drafts", "engagements", "holds", "notices", "outages", "people",
    "programs", "redactions", "registers", "releases", "returns", "reviews", "successions",
}  # fmt: skip
"""Where forms must have been met: else a walk became too short."""

TYPED = {"takedowns": TAKEDOWN, "blocklists": UPDATE, "training": COMPLETION, "roster": SPAN}
# What people type into each register besides codes, numbers and days.
TEXTS = [
    ("takedowns", "note"),
    ("takedowns", "own_ref"),
    ("takedowns", "source_ref"),
    ("takedowns", "handled_by"),
    ("blocklists", "version_label"),
    ("blocklists", "content_digest"),
    ("training", "session_ref"),
    ("roster", "staff_ref"),
]
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def test_a_text_comes_out_as_it_went_in_or_is_refused_in_words(busy: Town) -> None:
    chea = busy.visit("chea")
    numbers = itertools.count(1)

    @settings(max_examples=40)
    @given(st.sampled_from(TEXTS), ANYTHING)
    @example(("takedowns", "note"), "Removed · ដកចេញ​នៅ​ពេល​យប់ 👩‍👩‍👧‍👦 Ω≈ç√ {{ 7 * 7 }} %s <b>")
    @example(("takedowns", "note"), "'; DROP TABLE event; --")
    def holds(place: tuple[str, str], text: str) -> None:
        register, field = place
        own = {} if field == "own_ref" else {"own_ref": f"N-{next(numbers)}"}
        chea.opens(f"/registers/{register}/entries/new")
        form = next(f for f in chea.page.forms if (f.action or "").endswith("/entries"))
        fields = typed({**TYPED[register], **own, field: text})
        fields = {name: value for name, value in fields.items() if name in form.fields}
        answer = chea.client.post(
            f"/registers/{register}/entries", data={**chosen_values(form, None), **fields}
        )

        assert answer.status_code in {303, 409, 422}
        if answer.status_code == 303 and field == "note":
            shown = html.fromstring(chea.client.get(answer.headers["Location"]).text)
            meant = " ".join(unicodedata.normalize("NFC", text).split())
            assert meant in " ".join(shown.text_content().split())
        elif answer.status_code != 303:
            refused = html.fromstring(answer.text)
            assert refused.xpath("//*[@role='alert']//li") or refused.xpath("//h1")

    holds()


def test_no_address_breaks_whatever_stands_in_it(busy: Town) -> None:
    rules = [rule for rule in busy.app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    broken: set[str] = set()
    tried = 0
    for who in ("chea", "sok"):
        visitor = busy.visit(who)
        for rule in rules:
            for path in odd_paths(rule.rule):
                tried += 1
                if visitor.client.get(path).status_code >= BROKEN:
                    broken.add(path)
    assert broken == set()
    assert tried > 300


def odd_paths(rule: str) -> list[str]:
    """Addresses of a rule, each with something odd in its places and in what is asked of it."""
    if rule.startswith(("/static", "/bootstrap", "/logout")):
        return []
    offered = {"int": NUMBERS, "period": PERIODS}
    found = []
    for round_ in range(ROUNDS):
        path = rule
        for place in re.findall(r"<([a-z]+)[^>]*>", rule):
            odd = offered.get(place, WORDS)
            path = re.sub(r"<[^>]*>", odd[round_ % len(odd)], path, count=1)
        texts = (NAUGHTY[(n + 5 * round_) % len(NAUGHTY)][:5000] for n in range(len(ASKED)))
        asked = "&".join(f"{name}={quote(text)}" for name, text in zip(ASKED, texts, strict=True))
        found += [path, f"{path}?{asked}"]
    # Without a place in it an address is the same in each round.
    return list(dict.fromkeys(found))


def test_nobody_is_broken_by_how_somebody_signs_in(busy: Town) -> None:
    for text in NAUGHTY:
        by_name = {"email": text, "password": "x"}
        for fields in (by_name, {"email": "a@b.example", "password": text}):
            stranger = busy.stranger().opens("/login")
            [form] = [f for f in stranger.page.forms if f.get("action") == "/login"][:1]
            answer = stranger.client.post("/login", data={**chosen_values(form, None), **fields})
            assert answer.status_code == (413 if len(text) > 4000 else 200), text[:40]

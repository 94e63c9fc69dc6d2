"""The receipt of a filing: what was filed, when, by whom, in time or late, with its digest.

It says what was so when the return came in: time granted later, or a decision, is not on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from portal.certificates import khmer
from portal.certificates.inside import STATEMENT_FILE
from portal.certificates.letter import Row, moment, notices, plain, render_letter
from portal.certificates.letter_words import (
    FACTS,
    IN_TIME,
    LATE,
    ONE_PERSON,
    PRACTICE,
    RECALLED,
    RECEIPT,
    RECEIVED,
    TWO_PEOPLE,
    VERSION_REASONS,
)
from portal.certificates.measures import KINDS, REGISTERS
from portal.certificates.paper import Inside
from portal.certificates.words import Words, words_for
from portal.policy.document import Policy

_DAY = timedelta(days=1)


def render_receipt(
    facts: Mapping[str, Any], statement: Mapping[str, Any], statement_bytes: bytes, policy: Policy
) -> bytes:
    """The receipt of a filing, with the frozen bytes of its statement inside."""
    said = [RECALLED] if facts["recalled"] else []
    values = {
        "title": RECEIPT,
        "number": facts["receipt"],
        "digest": facts["statement_digest"],
        "sentence": RECEIVED,
        "notices": notices(facts, *said),
        "rows": _rows(facts, statement, policy),
        "registers": [
            {"words": words_for(REGISTERS, name), **register}
            for name, register in statement["registers"].items()
        ],
    }
    filed = Inside(STATEMENT_FILE, statement_bytes, "The statement filed (RFC 8785)", "Source")
    return render_letter("receipt.html", facts, policy, values, [filed])


def _rows(facts: Mapping[str, Any], statement: Mapping[str, Any], policy: Policy) -> list[Row]:
    subject, first = statement["subject"], date.fromisoformat(f"{facts['period']}-01")
    kind, number = words_for(KINDS, facts["kind"]), facts["version"]
    held = "; ".join(licence["number"] for licence in subject["licences"])
    rows = [
        (FACTS["registration"], plain(subject["registration_no"] or "–"), ""),
        (FACTS["licences"], plain(held or "–"), ""),
        (FACTS["period"], Words(khmer.month_km(first), khmer.month_en(first)), ""),
        (FACTS["version"], Words(f"{khmer.digits(number)} {kind.km}", f"{number}, {kind.en}"), ""),
    ]
    if facts["reason"]:
        rows.append((FACTS["reason"], words_for(VERSION_REASONS, facts["reason"]), ""))
    return [
        *rows,
        (FACTS["filed"], moment(facts["filed_at"], policy), ""),
        (FACTS["due"], moment(facts["due_at"], policy), ""),
        (FACTS["timely"], *_timely(facts)),
        (FACTS["cut_off"], moment(facts["cut_off_at"], policy), ""),
        (FACTS["people"], ONE_PERSON if facts["waived"] else TWO_PEOPLE, ""),
        (FACTS["digest"], plain(facts["statement_digest"]), "code"),
    ]


def _timely(facts: Mapping[str, Any]) -> tuple[Words, str]:
    """A correction never makes late what came in time: the month's first filing is looked at."""
    if facts["practice"]:
        return PRACTICE, "not-assessed"
    over = khmer.instant(facts["first_filed_at"]) - khmer.instant(facts["due_at"])
    days = -(-over // _DAY)
    if days <= 0:
        return IN_TIME, "met"
    late = Words(LATE.km.format(days=khmer.digits(days)), LATE.en.format(days=days), LATE.sign)
    return late, "not-met"

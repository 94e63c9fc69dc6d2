"""The letter about a decision (accepted, sent back, void), and the draft of one before it.

Reasons are printed as the officer wrote them, without those that were withheld.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.certificates import khmer
from portal.certificates.letter import Row, moment, notices, plain, render_letter
from portal.certificates.letter_words import (
    CLOSED,
    DECIDED,
    DECISIONS,
    DRAFT,
    EXCUSED,
    FACTS,
    INTENDED,
    LOOKS,
    MAY_REPLY,
    NOT_DECIDED,
    OUTCOMES,
    REVOKING,
    SET_ASIDE,
    filled,
)
from portal.certificates.words import Words, words_for
from portal.policy.document import Policy


def render_decision(facts: Mapping[str, Any], policy: Policy) -> bytes:
    """The letter about one decision on one filing."""
    outcome = facts["outcome"]
    said = [(EXCUSED, facts["excused"]), (SET_ASIDE, facts["set_aside"])]
    values = {
        "title": DECISIONS[outcome],
        "number": facts["receipt"],
        "digest": facts["statement_digest"],
        "sentence": DECIDED[outcome],
        "notices": notices(facts, *([CLOSED] if facts["closed"] else [])),
        "outcome": OUTCOMES[outcome],
        "look": LOOKS[outcome],
        "rows": _rows(facts, policy),
        "reasons": _reasons(facts["reasons"], policy),
        "also": [filled(words, codes=", ".join(codes)) for words, codes in said if codes],
    }
    return render_letter("decision.html", facts, policy, values)


def render_draft(facts: Mapping[str, Any], policy: Policy) -> bytes:
    """The letter about a draft: what is intended, why, and until when the ISP may reply."""
    about = [
        (FACTS["about"], plain(facts["subject"]), ""),
        (FACTS["period"], _month(facts["period"]), ""),
        _why(facts),
        (FACTS["reply_until"], moment(facts["reply_until"], policy), ""),
    ]
    values = {
        "title": DRAFT,
        "number": facts["number"],
        "digest": facts["statement_digest"],
        "sentence": MAY_REPLY,
        "notices": notices(facts, NOT_DECIDED),
        "outcome": words_for(INTENDED, facts["kind"]),
        "look": "met-with-observation",
        "rows": about,
        "reasons": _reasons([{"obligation": "", "text": facts["text"]}], policy),
        "also": [],
    }
    return render_letter("decision.html", facts, policy, values)


def _why(facts: Mapping[str, Any]) -> Row:
    if facts["reason"]:
        return FACTS["ground"], words_for(REVOKING, facts["reason"]), ""
    return FACTS["obligations"], plain(", ".join(facts["obligations"]) or "–"), ""


def _rows(facts: Mapping[str, Any], policy: Policy) -> list[Row]:
    number = facts["version"]
    rows = [
        (FACTS["period"], _month(facts["period"]), ""),
        (FACTS["version"], Words(khmer.digits(number), str(number)), ""),
        (FACTS["filed"], moment(facts["filed_at"], policy), ""),
        (FACTS["decided"], moment(facts["at"], policy), ""),
    ]
    named = [name for name in ("correct_by", "appeal_until") if facts[name]]
    days = [(FACTS[name], moment(facts[name], policy), "") for name in named]
    return [*rows, *days, (FACTS["digest"], plain(facts["statement_digest"]), "code")]


def _reasons(given: list[dict[str, Any]], policy: Policy) -> list[dict[str, Any]]:
    named = {one.code: Words(one.title_km, one.title_en) for one in policy.obligations}
    return [
        {
            "code": one["obligation"],
            "title": named.get(one["obligation"]),
            "said": khmer.spoken(one["text"]),
        }
        for one in given
    ]


def _month(period: str) -> Words:
    first = date.fromisoformat(f"{period}-01")
    return Words(khmer.month_km(first), khmer.month_en(first))

"""A letter of the ladder: a month that is not filed, in the mail's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.certificates.letter import notices, render_letter
from portal.certificates.words import Words
from portal.policy.document import Policy


def render_reminder(facts: Mapping[str, Any], policy: Policy) -> bytes:
    """The letter about one rung; ``title`` and ``sentence`` are the mail's, by language."""
    values = {
        "title": Words(facts["title"]["km"], facts["title"]["en"]),
        "sentence": Words(facts["sentence"]["km"], facts["sentence"]["en"]),
        "number": "",
        "digest": "",
        "notices": notices(facts),
        "address": facts["address"],
    }
    return render_letter("letter.html", facts, policy, values)

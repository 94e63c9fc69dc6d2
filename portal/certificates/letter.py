"""A letter as a page: the same facts give the same bytes, PDF/A-3a and PDF/UA-1, unsigned.

The facts that it was drawn from are inside as canonical JSON, for those who read by program. Each
letter is drawn anew from rows that never change, and none is stored (decision 0041).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.canonical import canonical, sha256
from portal.certificates import khmer, paper
from portal.certificates.words import NOTICES, WATERMARKS, Words
from portal.policy.document import Policy

Row = tuple[Words, Words, str]
"""A line of facts: its name, its value (Khmer empty: in neither language), how it looks."""


def render_letter(
    template: str,
    facts: Mapping[str, Any],
    policy: Policy,
    values: Mapping[str, Any],
    inside: Sequence[paper.Inside] = (),
) -> bytes:
    """The letter that ``facts`` ask for: ``schema``, ``at`` (when it was written), ``authority``
    and ``holder`` by language, ``seq`` (its number in the ISP's trail), ``demo``, and the rest that
    ``values`` were made of. ``policy`` gives the country's heading and clocks.
    """
    data = canonical(dict(facts))
    named = {"authority": _both(facts["authority"]), "holder": _both(facts["holder"])}
    day = khmer.local(facts["at"], policy.time_zone).date()
    html = paper.page(
        template,
        papers=policy.papers,
        created=facts["at"],
        day=Words(khmer.day_km(day), khmer.day_en(day)),
        seq=facts["seq"],
        watermark=WATERMARKS["demo"] if facts["demo"] else None,
        **named,
        **values,
    )
    own = paper.Inside(
        f"{facts['schema'].partition('/')[0]}.json", data, "The facts of this letter (RFC 8785)"
    )
    return paper.write(
        paper.lay_out(html, "paper.css", "letter.css"),
        created=khmer.instant(facts["at"]),
        identifier=sha256(data),
        inside=[own, *inside],
    )


def notices(facts: Mapping[str, Any], *more: Words) -> list[Words]:
    """What a letter says of itself in red: that it is of a demonstration, and what else holds."""
    return [*([NOTICES["demo"]] if facts["demo"] else []), *more]


def plain(text: str) -> Words:
    """A value that is the same in both languages: a number, a code."""
    return Words("", text)


def moment(text: str, policy: Policy) -> Words:
    """An instant on the country's clocks, in both languages."""
    return Words(*khmer.moments(text, policy.time_zone))


def _both(names: Mapping[str, str]) -> Words:
    return Words(names["km"], names["en"])

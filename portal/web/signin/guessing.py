"""How soon a password is guessed: by lists of those in use, and by what is known of its owner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from threading import Lock
from typing import Final

from zxcvbn import zxcvbn

LOOKED_AT: Final = 40
"""Characters of a password that are judged: forty good ones are plenty, and what judging costs
grows much faster than what is judged (72 signs chosen for it take seconds).
"""
_ENOUGH: Final = 3
"""Of 0 to 4: more than a hundred million guesses, where each costs an argon2id."""
_GAPS = ("", " ", "-", ".", "_")
_WORD = re.compile(r"\w{3,}")
# The library keeps the words about a person in a table that all threads see.
_one_at_a_time = Lock()


def is_soon_guessed(password: str, about: Iterable[str]) -> bool:
    """Whether a password is among those tried first: the 30,000 most used (as they are, repeated,
    lengthened, with letters exchanged), common words and names, rows of keys, dates, and the words
    ``about`` its owner (names, addresses; ASVS V6.2.4 and V6.2.11).
    """
    with _one_at_a_time:
        judged = zxcvbn(password[:LOOKED_AT], user_inputs=list(words_in(about)))
    score: int = judged["score"]
    return score < _ENOUGH


def words_in(about: Iterable[str]) -> list[str]:
    """Texts as somebody who guesses would try them: whole, with other gaps, word by word."""
    found: dict[str, None] = {}
    for text in about:
        words = _WORD.findall(text.lower())
        joined = [gap.join(words) for gap in _GAPS]
        found.update(dict.fromkeys([text.lower(), *joined, *words]))
    return [word for word in found if word]

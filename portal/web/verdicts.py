"""A verdict in words, for the page and the command: those of the verifier, in this language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from portal.verifier.standing import Standing
from portal.verifier.verdict import Verdict
from portal.verifier.words import lines, standing_lines
from portal.web.language import local_time


def in_words(verdict: Verdict, standings: Sequence[Standing]) -> list[str]:
    """What a verdict says, line by line, with every state its number came into."""
    return list(lines(verdict, standings, say, local_time))


def standings_in_words(standings: Sequence[Standing]) -> list[list[str]]:
    """What is said of each state of a number."""
    return [list(standing_lines(one, say, local_time)) for one in standings]


def say(text: str, /, **filled: Any) -> str:
    """A text of the verifier in the reader's language."""
    said: str = gettext(text, **filled)
    return said

"""How the texts read in Khmer, as they were packed beside the code (``make verifier``)."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Final

from portal.verifier.words import Say

LANGUAGES: Final = ("en", "km")
PACKED: Final = "khmer.json"


def saying(language: str) -> Say:
    """What says a text in a language; in English where no Khmer one was packed."""
    texts = _packed() if language == "km" else {}

    def say(text: str, /, **filled: Any) -> str:
        found: str = texts.get(text, text)
        return found % filled if filled else found

    return say


def _packed() -> dict[str, str]:
    file = resources.files("portal.verifier") / PACKED
    try:
        found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        return {}
    return found

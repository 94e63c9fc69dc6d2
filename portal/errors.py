"""A refusal is a rule that said no; the words for the reader are made elsewhere, once."""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """A rule said no. Nothing was changed.

    ``code`` names the rule (stable, kebab-case; the word table and the API use it), ``field``
    the input it speaks of, if any, and ``params`` what the sentence needs.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, field: str | None = None, /, **params: Any) -> None:
        super().__init__(self.code, params)
        self.field = field
        self.params = params


class Refused(Refusal):
    """Several rules said no to one input; each is (field, code, params)."""

    code = "several"

    def __init__(self, problems: list[tuple[str | None, str, dict[str, Any]]]) -> None:
        super().__init__()
        self.problems = problems


class NotThere(Refusal):
    """Nothing by that name, or nothing that the asker may know of (the two look alike)."""

    code = "not-there"

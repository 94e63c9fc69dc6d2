"""A town in which Mekong Net has a program that may do and read everything a program can."""

from __future__ import annotations

import pytest

from tests.town import Town
from tests.web.api.calling import Caller, a_program


@pytest.fixture
def caller(town: Town) -> Caller:
    """That program."""
    return a_program(town)

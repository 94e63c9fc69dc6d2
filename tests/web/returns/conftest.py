"""Towns in which Mekong Net has come some way with its October."""

from __future__ import annotations

import pytest

from tests.town import Town
from tests.web.returns.months import files_a_quiet_month, opens_the_books


@pytest.fixture
def opened(town: Town) -> Town:
    """Mekong Net has said that nothing was open when its first month began."""
    opens_the_books(town)
    return town


@pytest.fixture
def filed(opened: Town) -> Town:
    """Mekong Net has filed a quiet October."""
    files_a_quiet_month(opened)
    return opened

"""What is made to do harm, or broken on the way, is refused in words and costs next to nothing."""

from __future__ import annotations

import io
import time

import pytest

from portal.errors import Refusal
from portal.intake import open_table
from portal.web.file_rules import FILE_RULES
from tests.intake.hostile import HOSTILE


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_name(name: str) -> None:
    make, code = HOSTILE[name]
    data = make()
    began = time.process_time()
    with pytest.raises(Refusal) as refused:
        for _ in open_table(io.BytesIO(data)).rows():
            pass

    assert refused.value.code == code
    assert code in FILE_RULES
    assert time.process_time() - began < 2

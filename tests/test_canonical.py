"""Canonical bytes are RFC 8785's, byte for byte."""

from __future__ import annotations

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from portal.canonical import canonical, digest_of, sha256

NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
PLAIN = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=30)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)
)


@given(VALUES)
def test_an_independent_implementation_writes_the_same_bytes(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_the_order_of_names_does_not_matter() -> None:
    assert canonical({"b": 1, "a": "ក"}) == '{"a":"ក","b":1}'.encode()
    assert digest_of({"b": 1, "a": 2}) == sha256(b'{"a":2,"b":1}')

"""What a paper carries is known by what it says it is, and has to agree with itself."""

from __future__ import annotations

import zlib

import pytest

from portal.canonical import canonical, sha256
from portal.verifier.attachments import (
    MOST_BYTES,
    Disagreement,
    NothingInside,
    documents_in,
    inflated,
)
from tests.certificates.samples import a_sample_attestation, a_sample_statement, frozen

ATTESTATION, STATEMENT = frozen(a_sample_attestation()), frozen(a_sample_statement())
OTHERS = b'{"type":"object"}', b'{"version":"2026.1"}', b"no json at all"


def carrying(*documents: bytes, named: bytes) -> bytes:
    """As much of a file as is looked at."""
    parts = [b"/ID [ <%s> ]" % sha256(named)[:16].hex().encode()]
    for data in documents:
        held = zlib.compress(data)
        head = b"1 0 obj\n<</Type /EmbeddedFile/Filter /FlateDecode/Length %d>>\nstream\n"
        parts.append(head % len(held) + held + b"\nendstream")
    return b"\n".join(parts)


def test_schema_and_policies_beside_them_are_let_be():
    both = carrying(STATEMENT, *OTHERS, ATTESTATION, named=ATTESTATION + STATEMENT)
    assert documents_in(both).statement == a_sample_statement()
    alone = documents_in(carrying(*OTHERS, ATTESTATION, named=ATTESTATION))
    assert (alone.attestation_bytes, alone.statement) == (ATTESTATION, None)


@pytest.mark.parametrize(
    ("documents", "named", "refusal"),
    [
        ((), b"", NothingInside),
        (OTHERS, b"", NothingInside),
        ((STATEMENT,), STATEMENT, NothingInside),
        ((ATTESTATION, ATTESTATION), ATTESTATION, Disagreement),
        ((ATTESTATION,), STATEMENT, Disagreement),
        ((ATTESTATION + b" ",), ATTESTATION + b" ", Disagreement),
        (
            (ATTESTATION, canonical(a_sample_statement(seq=1))),
            ATTESTATION + canonical(a_sample_statement(seq=1)),
            Disagreement,
        ),
        ((b'{"a":1}',) * 21, b"", Disagreement),
        ((bytes(MOST_BYTES + 1),), b"", ValueError),
    ],
)
def test_what_does_not_agree_is_refused(documents, named, refusal):
    with pytest.raises(refusal):
        documents_in(carrying(*documents, named=named))


def test_nothing_unfolds_to_more_than_its_bound():
    assert inflated(zlib.compress(bytes(50)), 50) == bytes(50)
    for data in (zlib.compress(bytes(51)), zlib.compress(bytes(50))[:-3], b"x"):
        with pytest.raises(ValueError, match="stream"):
            inflated(data, 50)

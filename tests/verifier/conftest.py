"""The papers of the certificates' tests, once for all of these."""

from __future__ import annotations

import pytest

from tests.certificates.conftest import certificate, key, report, signed, trust
from tests.verifier import corpus

__all__ = ["certificate", "key", "report", "signed", "trust"]


@pytest.fixture(scope="session")
def bench(certificate, signed, key, tmp_path_factory) -> corpus.Bench:
    folder = tmp_path_factory.mktemp("stranger")
    return corpus.bench(certificate, signed.read_bytes(), key, folder)


@pytest.fixture(scope="session")
def files(bench) -> dict[str, bytes]:
    """Every file of the corpus, by its name; the genuine one first."""
    return {"genuine": bench.paper} | {
        name: attack.make(bench) for name, attack in corpus.ATTACKS.items()
    }

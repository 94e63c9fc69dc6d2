"""Whatever is brought gets its own verdict, soon and cheaply, and none of it is genuine."""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.certificates.verify import verify
from portal.verifier import bounded
from portal.verifier.bounded import MOST_MEMORY, MOST_SECONDS, examine_bounded
from portal.verifier.paper import examine
from portal.verifier.verdict import VerdictKind
from tests.verifier.corpus import ATTACKS


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_has_its_own_verdict_within_the_bounds(files, trust, name):
    """Two seconds and 200 MiB: the process that judges could not have had more."""
    before = _spent()
    verdict = examine_bounded(files[name], trust)
    assert (verdict.kind, verdict.notes) == (ATTACKS[name].kind, (ATTACKS[name].note,))
    assert _spent() - before < MOST_SECONDS


def _spent() -> float:
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def test_a_genuine_paper_passes_the_bounds_whole(bench, trust):
    assert examine_bounded(bench.paper, trust) == examine(bench.paper, trust)
    assert examine_bounded(bench.paper, trust).kind is VerdictKind.GENUINE


@pytest.mark.parametrize(
    "does", ["bytes(2 ** 30)", "sum(iter(lambda: 1, 0))", "open('/dev/shm/x', 'wb')"]
)
def test_a_parser_gone_wrong_ends_its_own_process_and_says_so(trust, does):
    instead = f"; import portal.verifier.bounded as b; b.examine = lambda *_: {does}; "
    instead += "b.MOST_SECONDS = 1; b.work()"
    program = bounded._PROGRAM.removesuffix("; work()") + instead
    begun = time.monotonic()
    verdict = examine_bounded(b"%PDF-", trust, program=program)
    assert (verdict.kind, verdict.notes) == (VerdictKind.UNREADABLE, ("too-much-work",))
    assert time.monotonic() - begun < 9


def test_the_bounds_are_those_that_are_written_down():
    program = bounded._PROGRAM.replace("work()", "work.__globals__") + (
        "; import resource as r; from portal.verifier import bounded as b; b.examine = "
        "lambda *_: (_ for _ in ()).throw(SystemExit(r.getrlimit(r.RLIMIT_AS)[0] != %d)); b.work()"
    )
    command = [sys.executable, "-I", "-S", "-c", program % MOST_MEMORY]
    done = subprocess.run(command, input=b"[[], []]\n", capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_flipped_byte_is_genuine_with_other_bytes(bench, trust, data):
    paper = bench.paper
    at = data.draw(st.integers(0, len(paper) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != paper[at]))
    verdict = examine(paper[:at] + bytes([other]) + paper[at + 1 :], trust)
    assert not verdict.is_genuine
    assert verdict.attestation is None


def test_two_opinions_agree_on_what_is_genuine(files, trust):
    """The verifier alone, and with the library that follows the document's structure."""
    for name, file in files.items():
        assert examine(file, trust) == verify(file, trust), name

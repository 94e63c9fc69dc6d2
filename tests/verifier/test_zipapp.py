"""The one file that goes out: it needs Python and nothing else, and says what the page says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.certificates.sign import sign
from portal.certificates.signing_texts import chain_of, code_of, es256
from portal.certificates.verify import verify
from portal.verifier.lists import EACH, Past, PastList, write_list
from portal.verifier.words import lines
from tests.certificates.conftest import AT
from tests.certificates.samples import POLICY
from tests.house.sources import HOUSE

NUMBER = "KH-SP5-2026-000045-2"
# A Python without any package: the system's, where there is one as new as is asked for.
BARE = next(
    (
        str(path)
        for path in (Path("/usr/bin/python3.11"), Path("/usr/bin/python3"))
        if path.exists()
    ),
    sys.executable,
)
FOR_EACH = """
import sys
sys.path.insert(0, sys.argv[1])
from portal.verifier.__main__ import main
for at in range(int(sys.argv[2])):
    print(main([f"{at}.pdf", "--trust", "anchor.pem"]), end="\\n\\0")
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> Path:
    to = tmp_path_factory.mktemp("dist") / "verify-certificate.pyz"
    command = [sys.executable, str(HOUSE / ".ci" / "verifier.py"), str(to)]
    subprocess.run(command, check=True)  # noqa: S603 - our own script
    return to


@pytest.fixture(scope="module")
def run(packed, trust, tmp_path_factory) -> Run:
    """Run it alone in a folder, where neither a portal nor a package is to be found."""
    folder = tmp_path_factory.mktemp("empty")
    anchor = folder.parent / "anchor.pem"
    anchor.write_bytes(trust[0])

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [BARE, "-I", "-S", packed, *words, "--trust", anchor]
        return subprocess.run(  # noqa: S603 - the file under test
            list(map(str, command)), cwd=folder, env={}, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="module")
def past(key, tmp_path_factory) -> Callable[[datetime], Path]:
    """Writes a list that was made at an instant, in which our number is revoked."""

    def write(at: datetime) -> Path:
        states = [Past(NUMBER, "REVOKED", AT, "ISSUED_IN_ERROR", "KH-SP5-2026-000046-1")]
        chain = chain_of(key)
        path = tmp_path_factory.mktemp("list") / "past-numbers.jws"
        told = PastList(at, at + EACH, 46, tuple(states))
        path.write_text(write_list(told, chain, chain, es256(key)), encoding="ascii")
        return path

    return write


def when(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def test_it_says_of_each_file_what_the_page_says(files, packed, run, trust, tmp_path):
    """In one process: what the file packs, asked of each in turn by a bare Python."""
    anchor = tmp_path / "anchor.pem"
    anchor.write_bytes(trust[0])
    for at, data in enumerate(files.values()):
        (tmp_path / f"{at}.pdf").write_bytes(data)
    command = [BARE, "-I", "-S", "-c", FOR_EACH, str(packed), str(len(files))]
    told = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, check=True)  # noqa: S603
    said = told.stdout.decode().split("\0")[:-1]
    for (name, data), text in zip(files.items(), said, strict=True):
        verdict = verify(data, trust)
        code = {"GENUINE": 0, "UNREADABLE": 2}.get(verdict.kind, 1)
        plain = lines(verdict, [], lambda text, /, **filled: text % filled, when)
        assert text.splitlines() == [*plain, str(code)], name
    assert run(tmp_path / "0.pdf").stdout == said[0].removesuffix("0\n")


def test_a_report_re_performs_in_khmer_too(report, key, run, tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(sign(report, key, POLICY, at=AT))
    assert "every figure of the attached statement adds up" in run(file).stdout
    assert "តួលេខទាំងអស់" in run(file, "--language", "km").stdout
    assert json.loads(run(file, "--json").stdout)["figures"] == []


def test_a_list_says_that_it_was_revoked_and_when_it_is_old(bench, run, past, tmp_path):
    file = tmp_path / "paper.pdf"
    file.write_bytes(bench.paper)
    now = datetime.now(UTC)
    said = run(file, "--list", past(now)).stdout
    for words in (
        "Genuine: ",
        "REVOKED on 2026-11-20 03:01 UTC",
        "Reason: issued in error.",
        "Its successor: KH-SP5-2026-000046-1",
    ):
        assert words in said
    assert "THE LIST IS OLD" not in said
    assert "THE LIST IS OLD" in run(file, "--list", past(now - timedelta(days=2))).stdout
    forged = tmp_path / "forged"
    forged.write_text(past(now).read_text(encoding="ascii")[:-4] + "AAAA", encoding="ascii")
    refused = run(file, "--list", forged)
    assert (refused.returncode, refused.stdout[:22]) == (2, "THE LIST IS NOT SIGNED")


def test_it_checks_the_code_of_a_paper_with_the_keys_of_the_list(key, run, past):
    listed = past(datetime.now(UTC))
    code = code_of(NUMBER, bytes(32), key)
    genuine = run("--qr", f"https://portal.example/verify/{NUMBER}/{code}", "--list", listed)
    assert genuine.returncode == 0
    assert "made by the issuer" in genuine.stdout
    assert "REVOKED" in genuine.stdout
    cloned = run("--qr", f"https://p0rtal.example/verify/{NUMBER}", "--list", listed)
    assert (cloned.returncode, cloned.stdout[:11]) == (1, "FORGED CODE")
    assert run("--qr", code).returncode == 2


def test_the_same_sources_give_the_same_file(packed, tmp_path):
    again = tmp_path / "again.pyz"
    subprocess.run([sys.executable, str(HOUSE / ".ci" / "verifier.py"), str(again)], check=True)  # noqa: S603
    assert again.read_bytes() == packed.read_bytes()
    assert packed.stat().st_size < 300_000

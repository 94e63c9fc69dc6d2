"""Ask a database of known weaknesses about every package of requirements.lock.

    python .ci/audit.py                  ask; a known weakness ends with 1
    python .ci/audit.py --recorded FILE  judge an answer of pip-audit that was kept

A closed machine reaches no database: how many packages could be asked is said in one sentence, and
it ends with 0, unless the environment says AUDIT=required.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from locked import LOCK, pins

LONGEST = 20
"""Seconds that are waited for an answer."""


def ask() -> str:
    """What pip-audit says of the lock as JSON; nothing where it did not end in time."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK)]
    command += ["--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    command += ["--format", "json", "--timeout", "5"]
    try:
        said = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return ""
    return said.stdout


def judge(answer: str, all_of_them: int, *, required: bool) -> tuple[int, list[str]]:
    """The exit code and the sentences for an answer of pip-audit."""
    told: list[dict[str, Any]] = json.loads(answer)["dependencies"] if answer.strip() else []
    asked = [package for package in told if "skip_reason" not in package]
    weak = [
        f"{package['name']} {package['version']}: {found['id']}"
        f" (mended in {', '.join(found['fix_versions']) or 'no version yet'})"
        for package in asked
        for found in package["vulns"]
    ]
    lacking = len(asked) < all_of_them
    sentence = f"Known weaknesses were looked up for {len(asked)} of {all_of_them} packages"
    sentence += ": the database of them did not answer for the others." if lacking else "."
    return int(bool(weak) or (lacking and required)), [*weak, sentence]


def main(*words: str) -> int:
    """Ask or read, judge, and say it."""
    answer = Path(words[1]).read_text("utf-8") if words[:1] == ("--recorded",) else ask()
    required = os.environ.get("AUDIT") == "required"
    code, sentences = judge(answer, len(pins(LOCK.read_text("utf-8"))), required=required)
    print("\n".join(sentences))
    return code


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))

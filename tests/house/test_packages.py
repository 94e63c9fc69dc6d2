"""What the portal is made of: a bill of materials for every release, no known weakness in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from packaging.version import Version

from tests.house.sources import HOUSE

LOCK = (HOUSE / "requirements.lock").read_text()
PINNED = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+) \\$", LOCK, re.MULTILINE))


def runs(script: str, *words: str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, HOUSE / ".ci" / script, *words],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def bill() -> Any:
    code, said = runs("sbom.py")
    assert code == 0
    return json.loads(said)


def test_every_pin_is_in_the_bill_with_its_version_and_hashes(bill: Any) -> None:
    listed = {each["name"]: each for each in bill["components"]}

    assert len(PINNED) > 100
    assert {name: each["version"] for name, each in listed.items()} == PINNED
    assert {each["purl"] for each in listed.values()} == {
        f"pkg:pypi/{name}@{version}" for name, version in PINNED.items()
    }
    hashes = [digest["content"] for each in bill["components"] for digest in each["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", LOCK))


def test_it_says_what_runs_and_what_only_tests_and_checks_need(bill: Any) -> None:
    scopes = {each["name"]: each["scope"] for each in bill["components"]}

    for name in ("flask", "werkzeug", "sqlalchemy", "argon2-cffi", "gunicorn", "zxcvbn"):
        assert (name, scopes[name]) == (name, "required")
    for name in ("pytest", "playwright", "ruff", "pip-audit"):
        assert (name, scopes[name]) == (name, "excluded")
    nameless = [
        each["name"]
        for each in bill["components"]
        if each["scope"] == "required" and not each.get("licenses")
    ]
    assert nameless == []
    assert bill["metadata"]["component"]["name"] == "isp-compliance-portal"


def test_it_is_a_bill_that_other_programs_read(bill: Any) -> None:
    schemas = files("cyclonedx.schema._res")

    def schema(name: str) -> Any:
        return json.loads((schemas / f"{name}.SNAPSHOT.schema.json").read_text())

    known = ("spdx", "jsf-0.82")
    # It names the others by the names of their files.
    registry = jsonschema_rs.Registry(
        [
            (f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", schema(name))
            for name in known
        ]
    )

    jsonschema_rs.validator_for(schema("bom-1.6"), registry=registry).validate(bill)


def answer(**found: Any) -> dict[str, Any]:
    """What pip-audit says where nothing is known but what is ``found``."""
    told = [{"name": name, "version": v, "vulns": []} for name, v in PINNED.items()]
    return {"dependencies": [found.get(each["name"], each) for each in told], "fixes": []}


def judged(folder: Path, told: Any, **environment: str) -> tuple[int, str]:
    recorded = folder / "answer.json"
    recorded.write_text(told if isinstance(told, str) else json.dumps(told))
    return runs("audit.py", "--recorded", str(recorded), **{"AUDIT": "", **environment})


def test_a_known_weakness_ends_the_audit(tmp_path: Path) -> None:
    weak = {"id": "PYSEC-0000-1", "fix_versions": ["9.9"], "aliases": [], "description": "..."}
    flask = {"name": "flask", "version": PINNED["flask"], "vulns": [weak]}

    code, said = judged(tmp_path, answer(flask=flask))

    assert code == 1
    assert f"flask {PINNED['flask']}: PYSEC-0000-1 (mended in 9.9)" in said


def test_without_one_it_says_how_many_were_asked(tmp_path: Path) -> None:
    many = len(PINNED)

    assert judged(tmp_path, answer()) == (
        0, f"Known weaknesses were looked up for {many} of {many} packages.\n",
    )  # fmt: skip


@pytest.mark.parametrize(("required", "code"), [("", 0), ("required", 1)])
def test_what_could_not_be_asked_is_one_sentence_and_a_fault_where_it_must_be(
    tmp_path: Path, required: str, code: int
) -> None:
    nobody = {"dependencies": [{"name": name, "skip_reason": "not found"} for name in PINNED]}
    one = answer(flask={"name": "flask", "skip_reason": "not found"})

    for told, asked in [(nobody, 0), ("", 0), (one, len(PINNED) - 1)]:
        found, said = judged(tmp_path, told, AUDIT=required)
        assert (found, said.count("\n")) == (code, 1)
        assert f"looked up for {asked} of {len(PINNED)} packages: the database" in said


def test_no_pin_is_older_than_the_advisories_that_are_written_down() -> None:
    floors = json.loads((HOUSE / "docs" / "advisories.json").read_text())

    assert floors
    assert {each["package"] for each in floors} <= set(PINNED)
    assert [
        each for each in floors if Version(PINNED[each["package"]]) < Version(each["at_least"])
    ] == []


def test_the_scripts_name_no_host_that_packages_come_from() -> None:
    for path in (HOUSE / ".ci").iterdir():
        if path.is_file():
            assert re.search(r"pypi\.org|pythonhosted|index-url", path.read_text()) is None, path

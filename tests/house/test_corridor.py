"""The house is a corridor: imports run one way; its outer ring alone knows Flask and commits."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

from tests.house.sources import HOUSE, domain, functions, modules

FLASK = ("flask", "wtforms", "werkzeug")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""


def test_the_import_contracts_hold() -> None:
    lint = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )

    assert lint.returncode == 0, lint.stdout[lint.stdout.find("Broken contracts") :] + lint.stderr


def test_nothing_below_web_and_commands_knows_flask() -> None:
    assert [
        f"{path}:{line} {name}"
        for path, _, tree in domain()
        for line, name in imports(tree)
        if name.startswith(FLASK)
    ] == []


def test_nothing_below_web_and_commands_commits() -> None:
    assert [
        f"{path}:{node.lineno}"
        for path, _, tree in domain()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
    ] == []


def test_three_modules_alone_ask_anything_outside() -> None:
    """Nothing is fetched (domain §6.2) but from the provider of sign-in, and from the authorities
    that stand behind signatures; mail is handed over. The client is for machines of ISPs, and asks
    the portal.
    """
    ways = re.compile(
        r"^\s*(?:from|import) (?:requests|urllib\.request|urllib3|http\.client|httpx|aiohttp"
        r"|ftplib|authlib\.integrations\.(?:requests|httpx)_client)\b(?! import RequestException$)",
        re.MULTILINE,
    )

    asking = [path for path, text, _ in modules() if ways.search(text)]
    assert sorted(asking) == [
        "certificates/outgoing.py",
        "client/calling.py",
        "web/signin/outgoing.py",
    ]


def test_no_function_hides_an_import() -> None:
    assert [
        f"{path}:{line} {name}" for path, node in functions() for line, name in imports(node)
    ] == []


def test_every_module_says_in_one_sentence_what_it_is() -> None:
    assert [path for path, text, tree in modules() if text and not ast.get_docstring(tree)] == []


def test_modules_are_named_for_what_they_know() -> None:
    vague = {"utils", "helpers", "common", "manager", "service", "services", "misc", "base"}

    assert [path for path, _, _ in modules() if vague & set(path[:-3].split("/"))] == []

"""What is imported is required, what is required is pinned, what is pinned has its hashes."""

from __future__ import annotations

import ast
import re
import sys
from configparser import ConfigParser
from importlib.metadata import packages_distributions

from tests.house.sources import HOUSE, modules

LOCK = (HOUSE / "requirements.lock").read_text()
NAME = re.compile(r"^[A-Za-z0-9._-]+")
# Come with the package whose part they are to us: Flask, SQLAlchemy's migrations, pydantic,
# pyHanko, WeasyPrint, Authlib.
PARTS = {"werkzeug", "jinja2", "babel", "alembic", "click", "markupsafe", "pydantic-core"}
PARTS |= {"itsdangerous", "joserfc"}
PARTS |= {"asn1crypto", "pyhanko-certvalidator", "pydyf", "python-pkcs11"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required(*sections: str) -> set[str]:
    config = ConfigParser()
    config.read(HOUSE / "setup.cfg")
    texts = [config["options"]["install_requires"]]
    texts += [config["options.extras_require"][section] for section in sections]
    return {normal(NAME.match(line)[0]) for text in texts for line in text.split("\n") if line}


def test_every_package_that_the_portal_imports_is_required() -> None:
    tops = {
        name.partition(".")[0]
        for _, _, tree in modules()
        for node in ast.walk(tree)
        for name in imported(node)
    } - {"portal", *sys.stdlib_module_names}
    owners = packages_distributions()

    assert {
        top: owners.get(top)
        for top in tops
        if not {normal(owner) for owner in owners.get(top, ())} & (required() | PARTS)
    } == {}


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_every_requirement_is_pinned() -> None:
    pinned = {normal(line.partition("==")[0]) for line in LOCK.splitlines() if "==" in line}

    assert required("test", "check") - pinned == set()


def test_every_pin_has_its_hashes_and_no_origin() -> None:
    pins = re.split(r"\n(?=[A-Za-z])", LOCK.partition("\n# The following")[0])

    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []
    assert re.search(r"https?://|file://|index-url|find-links", LOCK) is None

"""Every template compiles, has a title of its own, and is shown by somebody."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import flask_security
import pytest
from flask import Flask
from jinja2 import meta

from tests.house.sources import TEMPLATES, modules

NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
PARTS = ("macros/", "pdf/")
CODE = re.compile(r"{#.*?#}|{%-? *trans\b.*?endtrans *-?%}|{%.*?%}|{{.*?}}", re.DOTALL)
# The papers bring an environment of their own; what it adds is tested with them.
SCREEN = [name for name in NAMES if not name.startswith("pdf/")]


def source(name: str) -> str:
    return (TEMPLATES / name).read_text()


def shown_by_code() -> set[str]:
    texts = {
        node.value
        for _, _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    library = Path(flask_security.__file__).parent / "templates"
    replaced = {str(path.relative_to(library)) for path in library.rglob("*.html")}
    return {name for name in NAMES if name in texts or name.removeprefix("pdf/") in texts} | (
        replaced & set(NAMES)
    )


@pytest.mark.parametrize("name", SCREEN)
def test_it_compiles(app: Flask, name: str) -> None:
    assert app.jinja_env.get_template(name)


@pytest.mark.parametrize(
    "name", [n for n in SCREEN if not n.startswith(PARTS) and not n.endswith("/parts.html")]
)
def test_a_page_has_a_title(name: str) -> None:
    assert re.search(r"{%-? block title\b|<title>", source(name))


def test_every_template_is_shown(app: Flask) -> None:
    used = shown_by_code()
    for name in NAMES:
        used |= set(meta.find_referenced_templates(app.jinja_env.parse(source(name))))

    assert [name for name in NAMES if name not in used] == []


def test_templates_hold_no_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=")

    assert [f"{n}: {m[0]}" for n in SCREEN if (m := inline.search(CODE.sub("", source(n))))] == []


def test_templates_escape_everything() -> None:
    assert [n for n in NAMES if re.search(r"\|\s*safe\b|autoescape\s+false", source(n))] == []


def test_every_text_on_a_page_can_be_translated() -> None:
    # What stands between tags and outside of gettext: two letters or more in a row.
    bare = re.compile(r">[^<>]*?([A-Za-z]{2,}[^<>]*)<")
    found = {name: bare.search(CODE.sub("", source(name))) for name in SCREEN}

    assert {name: m[1] for name, m in found.items() if m} == {}

"""The addresses: nouns in kebab-case, parameters with a type, changes by POST alone."""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.routing import Rule

from portal.accounts import Permission
from tests.house.sources import modules

KEBAB = re.compile(r"(/(?:[a-z0-9]+(?:-[a-z0-9]+)*|\.well-known)(?:\.[a-z]+)?)*/?")
PLACE = re.compile(r"<(?:(?P<type>[a-z_]+)(?:\([^)]*\))?:)?(?P<name>[a-z_]+)>")
# Addresses of libraries, not ours to shape.
LIBRARIES = ("static", "bootstrap.static")
# Verbs that a noun can stand for (`POST /filings` rather than `POST /file-return`).
VERBS = re.compile(r"/(submit|approve|create|update|delete|edit|remove|save|do|set)(/|$)")


def ours(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in LIBRARIES]


def test_every_parameter_of_an_address_has_a_type(app: Flask) -> None:
    assert [
        rule.rule
        for rule in ours(app)
        for place in PLACE.finditer(rule.rule)
        # Sign-in is the library's, whose parameters are texts that it signed.
        if not place["type"] and not rule.endpoint.startswith("security.")
    ] == []


def test_addresses_are_kebab_case(app: Flask) -> None:
    bare = {rule.rule: PLACE.sub("x", rule.rule) for rule in ours(app)}

    assert [rule for rule, path in bare.items() if not KEBAB.fullmatch(path)] == []


def test_addresses_name_things_not_deeds(app: Flask) -> None:
    assert [rule.rule for rule in ours(app) if VERBS.search(rule.rule)] == []


def test_reading_and_changing_are_two_views(app: Flask) -> None:
    # Sign-in is the library's, which draws and reads its form in one.
    both = {
        rule.endpoint
        for rule in ours(app)
        if {"GET", "POST"} <= (rule.methods or set()) and not rule.endpoint.startswith("security.")
    }

    assert both == set()


def test_every_view_names_its_permission_or_is_public(app: Flask) -> None:
    unmarked = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in LIBRARIES
        and not endpoint.startswith("security.")
        and not hasattr(view, "permission")
    ]

    assert unmarked == []


def test_every_permission_guards_something() -> None:
    guarding = re.compile(r"\b(?:allow|may|i_may|actor_of|founder)\(.*?Permission\.([A-Z_]+)")
    guarded = {
        name
        for path, text, _ in modules()
        if path != "accounts/permissions.py"
        for name in guarding.findall(text)
    }

    assert {permission.name for permission in Permission} - guarded == set()

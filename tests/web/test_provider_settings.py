"""A provider of sign-in is named whole or not at all; what is wrong is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.provider import Provider
from portal.settings import FaultySettings, read_settings

WHOLE = {
    "OIDC_ISSUER": "https://sign-in.example/realms/state",
    "OIDC_CLIENT_ID": "portal",
    "OIDC_CLIENT_SECRET": "kept to oneself",
}


def provider(told: dict[str, str], house: Path) -> Provider:
    found = read_settings(told, house).provider
    assert found is not None
    return found


def test_none_is_named_by_default(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path).provider is None


def test_its_secret_is_told_to_nobody_who_prints_the_settings(tmp_path: Path) -> None:
    settings = read_settings(WHOLE, tmp_path)

    assert settings.provider is not None
    assert settings.provider.client_secret == "kept to oneself"
    assert "kept to oneself" not in repr(settings)


def test_it_is_called_by_its_machine_until_it_is_named(tmp_path: Path) -> None:
    bare = provider(WHOLE, tmp_path)
    named = provider({**WHOLE, "OIDC_NAME_EN": "Ministry", "OIDC_NAME_KM": "ក្រសួង"}, tmp_path)

    assert (bare.name_in("en"), bare.name_in("km")) == ("sign-in.example", "sign-in.example")
    assert (named.name_in("en"), named.name_in("km")) == ("Ministry", "ក្រសួង")


def test_the_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("from a file\n")
    told = {**WHOLE, "OIDC_CLIENT_SECRET": "", "OIDC_CLIENT_SECRET_FILE": str(kept)}

    assert provider(told, tmp_path).client_secret == "from a file"


@pytest.mark.parametrize(
    ("given", "faulty"),
    [
        ({"OIDC_ISSUER": ""}, ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"]),
        ({"OIDC_ISSUER": "sign-in.example"}, ["OIDC_ISSUER"]),
        ({"OIDC_ISSUER": "https://sign-in.example/?a=b"}, ["OIDC_ISSUER"]),
        ({"OIDC_ISSUER": "https://[sign-in"}, ["OIDC_ISSUER"]),
        ({"OIDC_ISSUER": "http://sign-in.example"}, ["OIDC_ISSUER"]),
        (
            {"OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": ""},
            ["OIDC_CLIENT_SECRET", "OIDC_CLIENT_ID"],
        ),
        ({"OIDC_CLIENT_SECRET_FILE": "/secret"}, ["OIDC_CLIENT_SECRET"]),
        (
            {"OIDC_CLIENT_SECRET": "", "OIDC_CLIENT_SECRET_FILE": "/no/such/file"},
            ["OIDC_CLIENT_SECRET_FILE"],
        ),
        ({"OIDC_HOSTS": "keys.example https://keys.example/"}, ["OIDC_HOSTS"]),
        ({"OIDC_NAME_EN": "x" * 201, "SESSION_HOURS": "0"}, ["SESSION_HOURS", "OIDC_NAME_EN"]),
    ],
)
def test_all_of_its_faults_are_told_at_once(
    tmp_path: Path, given: dict[str, str], faulty: list[str]
) -> None:
    with pytest.raises(FaultySettings) as failure:
        read_settings({**WHOLE, **given}, tmp_path)

    assert [fault.partition(":")[0] for fault in failure.value.faults] == faulty


def test_plain_http_is_for_the_own_machine_while_trying_out(tmp_path: Path) -> None:
    told = {**WHOLE, "OIDC_ISSUER": "http://127.0.0.1:9400"}
    assert provider(told, tmp_path).issuer == "http://127.0.0.1:9400"

    with pytest.raises(FaultySettings, match="OIDC_ISSUER: is reached over https"):
        read_settings({**told, "PRODUCTION": "true"}, tmp_path)


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://sign-in.example/token", True),
        ("https://keys.example/jwks", True),
        ("http://sign-in.example/token", False),
        ("http://keys.example/jwks", False),
        ("https://sign-in.example:8443/token", False),
        ("https://sign-in.example@elsewhere.example/token", False),
        ("https://elsewhere.example/sign-in.example", False),
        ("https://sign-in.example.elsewhere.example/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_its_addresses_lie_at_the_issuer_or_on_a_listed_machine(
    tmp_path: Path, address: str, *, ours: bool
) -> None:
    assert provider({**WHOLE, "OIDC_HOSTS": "keys.example"}, tmp_path).owns(address) is ours

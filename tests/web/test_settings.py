"""Settings come from the environment; what is wrong is said all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.certificates.keys import DEVELOPMENT_FILE, ensure_development_key
from portal.settings import FaultySettings, read_settings
from portal.web.keyring import faults_of_key


def test_an_empty_environment_is_enough_to_try_it_out(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path)

    assert settings.database_url == f"sqlite:///{tmp_path}/instance/portal.sqlite"
    assert settings.secret_key == read_settings({}, tmp_path).secret_key
    assert settings.time_zone.key == "Asia/Phnom_Penh"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    environment = {
        "PRODUCTION": "true",
        "PUBLIC_URL": "portal",
        "TIME_ZONE": "Moon/Base",
        "SESSION_HOURS": "0",
        "HELP_CONFIRMED": "maybe",
    }

    with pytest.raises(FaultySettings) as failure:
        read_settings(environment, tmp_path)

    assert [fault.partition(":")[0] for fault in failure.value.faults] == [
        "PUBLIC_URL",
        "TIME_ZONE",
        "HELP_CONFIRMED",
        "SESSION_HOURS",
        "SECRET_KEY",
        "DATABASE_URL",
        "PUBLIC_URL",
        "SIGNING_KEY",
        "CHECKPOINT_KEY",
    ]


def test_production_refuses_sqlite(tmp_path: Path) -> None:
    for name in ("key.p12", "checkpoint.pem"):
        (tmp_path / name).touch()
    environment = {
        "PRODUCTION": "true",
        "SECRET_KEY": "x" * 40,
        "PUBLIC_URL": "https://portal.example",
        "SIGNING_KEY": str(tmp_path / "key.p12"),
        "CHECKPOINT_KEY": str(tmp_path / "checkpoint.pem"),
    }

    with pytest.raises(FaultySettings, match="PostgreSQL"):
        read_settings(environment, tmp_path)
    assert read_settings({**environment, "DATABASE_URL": "postgresql://db/portal"}, tmp_path).https


def test_without_a_mail_server_nothing_of_mail_is_asked_for(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path)

    assert (settings.mail_server, settings.mail_tls, settings.mail_port) == ("", "starttls", 587)


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_follows_the_kind_of_line(tmp_path: Path, tls: str, port: int) -> None:
    told = {"MAIL_SERVER": "mail.example", "MAIL_FROM": "a@b.example", "MAIL_TLS": tls}

    assert read_settings(told, tmp_path).mail_port == port
    assert read_settings({**told, "MAIL_PORT": "2525"}, tmp_path).mail_port == 2525


@pytest.mark.parametrize(
    ("given", "faulty"),
    [
        ({"MAIL_SERVER": "mail.example"}, "MAIL_FROM"),
        ({"MAIL_SERVER": "smtp://mail.example"}, "MAIL_SERVER"),
        ({"MAIL_FROM": "The portal <a@b.example>"}, "MAIL_FROM"),
        ({"MAIL_TLS": "ssl"}, "MAIL_TLS"),
        ({"MAIL_PORT": "65536"}, "MAIL_PORT"),
        ({"MAIL_USER": "portal"}, "MAIL_PASSWORD"),
        ({"MAIL_PASSWORD": "secret"}, "MAIL_PASSWORD"),
    ],
)
def test_a_faulty_mail_setting_is_told_and_no_password(
    tmp_path: Path, given: dict[str, str], faulty: str
) -> None:
    with pytest.raises(FaultySettings) as failure:
        read_settings(given, tmp_path)

    assert [fault.partition(":")[0] for fault in failure.value.faults] == [faulty]
    assert "secret" not in str(failure.value)


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    given = {"MAIL_USER": "portal", "MAIL_PASSWORD": "do-not-show"}

    assert "do-not-show" not in repr(read_settings(given, tmp_path))


@pytest.mark.parametrize(("server", "faults"), [("mail.example", 1), ("127.0.0.1", 0)])
def test_production_sends_in_the_clear_to_its_own_machine_only(
    tmp_path: Path, server: str, faults: int
) -> None:
    environment = {"PRODUCTION": "true", "MAIL_SERVER": server, "MAIL_TLS": "none"}

    with pytest.raises(FaultySettings) as failure:
        read_settings({**environment, "MAIL_FROM": "a@b.example"}, tmp_path)
    assert sum(fault.startswith("MAIL_TLS") for fault in failure.value.faults) == faults


@pytest.mark.parametrize(
    ("given", "faulty"),
    [
        ({"LIMIT_VERIFY": "often"}, "LIMIT_VERIFY"),
        ({"DATABASE_LOCK_SECONDS": "0"}, "DATABASE_LOCK_SECONDS"),
        ({"DATABASE_STATEMENT_SECONDS": "1h"}, "DATABASE_STATEMENT_SECONDS"),
        ({"LIMIT_SIGN_IN": "0/minute"}, "LIMIT_SIGN_IN"),
        ({"LIMIT_UPLOAD": "10/fortnight"}, "LIMIT_UPLOAD"),
        ({"PROXIES": "-1"}, "PROXIES"),
        ({"SECURITY_CONTACT": "security@authority.example"}, "SECURITY_CONTACT"),
        ({"SECURITY_CONTACT": "mailto:a@b.example\nPolicy: x"}, "SECURITY_CONTACT"),
    ],
)
def test_a_faulty_setting_of_the_edge_is_told(
    tmp_path: Path, given: dict[str, str], faulty: str
) -> None:
    with pytest.raises(FaultySettings) as failure:
        read_settings(given, tmp_path)

    assert [fault.partition(":")[0] for fault in failure.value.faults] == [faulty]


def test_a_rate_counts_in_minutes_hours_and_days(tmp_path: Path) -> None:
    told = {"LIMIT_VERIFY": "7/minute", "LIMIT_UPLOAD": "20/15 minutes", "LIMIT_DOWNLOAD": "9/day"}
    settings = read_settings(told, tmp_path)

    assert settings.limit_verify == (7, 60)
    assert settings.limit_upload == (20, 900)
    assert settings.limit_download == (9, 86400)


def test_production_refuses_what_was_made_for_trying_out(tmp_path: Path) -> None:
    ensure_development_key(tmp_path / "keys")
    tried_out = read_settings({"INSTANCE": str(tmp_path)}, tmp_path)
    environment = {
        "PRODUCTION": "true",
        "INSTANCE": str(tmp_path),
        "SECRET_KEY": tried_out.secret_key,
        "SIGNING_KEY": str(tmp_path / "keys" / DEVELOPMENT_FILE),
        "FLASK_DEBUG": "1",
    }

    with pytest.raises(FaultySettings) as failure:
        read_settings(environment, tmp_path, faults_of_key)

    assert failure.value.faults == [
        "FLASK_DEBUG: production never shows what broke; leave it out",
        "SECRET_KEY: is the one made for trying out; production has its own",
        "DATABASE_URL: production needs PostgreSQL; SQLite is for trying out",
        "PUBLIC_URL: production is reached over https",
        "SIGNING_KEY: is a development key, and its papers say so",
        "CHECKPOINT_KEY: production needs its own key (Ed25519, PEM file)",
    ]


def test_production_refuses_a_key_it_cannot_open_and_tells_no_passphrase(tmp_path: Path) -> None:
    (tmp_path / "key.p12").write_bytes(b"no key")
    environment = {
        "PRODUCTION": "true",
        "SIGNING_KEY": str(tmp_path / "key.p12"),
        "SIGNING_PASSPHRASE": "do-not-show",
    }

    with pytest.raises(FaultySettings, match=r"SIGNING_KEY: cannot open key.p12") as failure:
        read_settings(environment, tmp_path, faults_of_key)
    assert "do-not-show" not in str(failure.value)


def test_production_does_without_no_second_factor(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path).second_factor == "required"
    for told, fault in (("off", "production asks"), ("perhaps", "is required or off")):
        with pytest.raises(FaultySettings, match=f"SECOND_FACTOR: {fault}"):
            read_settings({"PRODUCTION": "true", "SECOND_FACTOR": told}, tmp_path)

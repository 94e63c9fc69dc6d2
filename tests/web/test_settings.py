"""Settings come from the environment; what is wrong is said all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.settings import FaultySettings, read_settings


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
    ]


def test_production_refuses_sqlite(tmp_path: Path) -> None:
    (tmp_path / "key.p12").touch()
    environment = {
        "PRODUCTION": "true",
        "SECRET_KEY": "x" * 40,
        "PUBLIC_URL": "https://portal.example",
        "SIGNING_KEY": str(tmp_path / "key.p12"),
    }

    with pytest.raises(FaultySettings, match="PostgreSQL"):
        read_settings(environment, tmp_path)
    assert read_settings({**environment, "DATABASE_URL": "postgresql://db/portal"}, tmp_path).https

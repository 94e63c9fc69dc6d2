"""How often one may ask holds over every worker, and each is counted for themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from portal.db import open_engine, sessions
from portal.readers import Rate
from portal.web.limits import Limit, Tally, count, forgive, window
from tests.engines import PostgreSQL, SQLite
from tests.town import PASSWORD, Town
from tests.visitors import Visitor

AT = datetime(2026, 11, 5, 3, 20, 30, tzinfo=UTC)
RATE = Rate(5, 60)
WHO, OTHER = b"w" * 32, b"o" * 32
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sets(town: Town) -> Iterator[Callable[..., None]]:
    """Sets limits of the town's portal, and puts them back."""
    before = town.app.extensions["settings"]

    def put(**given: Any) -> None:
        town.app.extensions["settings"] = replace(before, **given)

    yield put
    town.app.extensions["settings"] = before


def test_two_workers_count_together(database: SQLite | PostgreSQL) -> None:
    workers = [open_engine(database.url) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        each = [
            pool.submit(count, workers[n % 2], Limit.VERIFY, WHO, RATE, at=AT) for n in range(40)
        ]
        found = sorted(one.result() for one in each)
    for worker in workers:
        worker.dispose()

    assert found == list(range(1, 41))


def test_each_thing_each_person_and_each_window_is_counted_alone(engine: Engine) -> None:
    assert count(engine, Limit.VERIFY, WHO, RATE, at=AT) == 1
    assert count(engine, Limit.VERIFY, WHO, RATE, at=AT) == 2
    assert count(engine, Limit.VERIFY, OTHER, RATE, at=AT) == 1
    assert count(engine, Limit.UPLOAD, WHO, RATE, at=AT) == 1
    assert count(engine, Limit.VERIFY, WHO, RATE, at=AT + MINUTE) == 1


def test_what_is_over_is_forgotten(engine: Engine) -> None:
    for minute in range(5):
        for who in (WHO, OTHER):
            count(engine, Limit.VERIFY, who, RATE, at=AT + minute * MINUTE)
    count(engine, Limit.UPLOAD, WHO, RATE, at=AT)

    with sessions(engine)() as session:
        assert session.scalar(select(func.count()).select_from(Tally)) == 3


def test_what_is_forgiven_may_be_done_again(engine: Engine) -> None:
    count(engine, Limit.SIGN_IN, WHO, RATE, at=AT)
    forgive(engine, Limit.SIGN_IN, WHO, window(RATE, AT))

    assert count(engine, Limit.SIGN_IN, WHO, RATE, at=AT) == 1


def test_looking_up_numbers_in_a_row_is_refused_and_says_when_to_come_back(
    town: Town, sets: Callable[..., None]
) -> None:
    sets(limit_verify=Rate(3, 60))
    town.moves_to("2026-11-06 10:00:15")
    stranger = town.stranger()
    for number in range(3):
        stranger.opens(f"/verify/KH-{number}", 404)

    stranger.opens("/verify/KH-4", 429)

    assert stranger.heading == "Too many tries"
    assert stranger.response.headers["Retry-After"] == "45"
    assert stranger.opens("/login").heading == "Sign in"
    town.moves_to("2026-11-06 10:01:00")
    stranger.opens("/verify/KH-5", 404)


def test_guessing_at_many_accounts_is_refused_to_one_source(
    town: Town, sets: Callable[..., None]
) -> None:
    sets(limit_sign_in=Rate(3, 900))
    guesser = town.stranger()
    for name in ("chea", "meas", "nobody"):
        guesser.signs_in(f"{name}@example.org", "wrong")

    guesser.opens("/login").fills_in(429, email="sok@example.org", password=PASSWORD)

    assert 0 < int(guesser.response.headers["Retry-After"]) <= 900
    elsewhere = Visitor(town.app.test_client())
    elsewhere.client.environ_base = {"REMOTE_ADDR": "192.0.2.7"}
    assert "Sok Reviewer" in elsewhere.signs_in("sok@example.org", PASSWORD).text


def test_links_for_forgotten_passwords_are_asked_for_so_often_and_no_more(
    town: Town, sets: Callable[..., None]
) -> None:
    sets(limit_sign_in=Rate(2, 900))
    asker = town.stranger()
    for name in ("chea", "nobody"):
        asker.opens("/password-resets").fills_in(address=f"{name}@example.org")
    asker.opens("/password-resets").fills_in(429, address="meas@example.org")


def test_a_whole_office_may_sign_in_from_one_address(town: Town, sets: Callable[..., None]) -> None:
    sets(limit_sign_in=Rate(2, 900))

    for name in ("chea", "meas", "noun", "tep", "sok"):
        assert town.signs_in(name).status == 200


def test_files_are_counted_by_person_and_not_by_address(
    town: Town, sets: Callable[..., None]
) -> None:
    sets(limit_upload=Rate(1, 60))
    chea, tep = town.signs_in("chea"), town.signs_in("tep")
    path = "/registers/takedowns/imports"

    chea.opens(f"{path}").fills_in(422, file=("a.csv", b"%PDF-none"), form="imports")
    chea.opens(f"{path}").fills_in(429, file=("a.csv", b"none"), form="imports")
    tep.opens(f"{path}").fills_in(422, file=("a.csv", b"%PDF-none"), form="imports")


def test_downloads_have_a_limit_too(town: Town, sets: Callable[..., None]) -> None:
    sets(limit_download=Rate(1, 60))
    chea = town.signs_in("chea")
    chea.opens("/registers/takedowns/sample.csv")

    chea.opens("/registers/takedowns/sample.csv", 429)


def test_no_address_is_kept(town: Town, engine: Engine) -> None:
    town.stranger().opens("/verify/KH-1", 404)

    with sessions(engine)() as session:
        [kept] = session.scalars(select(Tally))
    assert len(kept.who) == 32
    assert b"127.0.0.1" not in kept.who

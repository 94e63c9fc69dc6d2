"""A file on its way to the disk: looked at before, counted meanwhile, gone when nobody keeps it."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.errors import Refusal
from portal.intake.uploads import Spool, Store

ROW = b"T-1,HOTLINE_NATIONAL,2026-10-12 09:10\n"
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(100_000)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "uploads")


def comes_in(spool: Spool, data: bytes, part: int = 700) -> str | None:
    """Write a file part by part; the code of what it is refused for."""
    for start in range(0, len(data), part):
        assert spool.write(data[start : start + part]) == len(data[start : start + part])
    try:
        spool.settle()
    except Refusal as refusal:
        return refusal.code
    return None


def lying(store: Store) -> list[Path]:
    return sorted(store.folder.iterdir())


def test_a_table_lies_there_for_its_owner_alone(store: Store) -> None:
    spool = store.spool()
    assert comes_in(spool, ROW * 100) is None
    path = spool.keep()
    spool.close()

    assert path.read_bytes() == ROW * 100
    assert (path.stat().st_mode & 0o777, spool.size) == (0o600, len(ROW) * 100)


def test_of_what_must_not_come_in_nothing_ever_lies_there(store: Store) -> None:
    spool = store.spool()
    spool.write(FILM[:2000])
    assert lying(store) == []
    assert comes_in(spool, FILM[2000:]) == "file-not-text"
    assert lying(store) == []


def test_what_nobody_keeps_is_gone_when_it_is_closed(store: Store) -> None:
    spool = store.spool()
    assert comes_in(spool, ROW * 100) is None
    assert lying(store) == [spool.path]
    spool.close()
    assert lying(store) == []


@pytest.mark.parametrize("size", [10, 1023, 1024, 1025])
def test_a_small_file_is_looked_at_as_well(store: Store, size: int) -> None:
    assert comes_in(store.spool(), (b"%PDF-1.7" * 200)[:size]) == "file-not-text"
    assert comes_in(store.spool(), (ROW * 50)[:size]) is None


def test_one_that_is_too_large_falls_as_soon_as_it_is(store: Store) -> None:
    spool = store.spool(most=10_000)
    assert comes_in(spool, ROW * 1000) == "file-too-large"
    assert lying(store) == []
    assert comes_in(store.spool(), b"") == "file-empty"


@pytest.fixture
def _no_room() -> Iterator[None]:
    """No file of this process may be larger than 8 KiB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("_no_room")
def test_where_the_disk_has_no_room_nothing_is_left(store: Store) -> None:
    spool = store.spool()
    assert comes_in(spool, ROW * 2000) == "file-no-room"
    assert lying(store) == []

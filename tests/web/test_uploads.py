"""Files at the door: refused by content before they are kept, in words; on a disk for their owner
alone, in a folder of their own, until somebody decides.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from portal.intake.content import HEAD
from portal.web.bodies import Sieve
from tests.build import TAKEDOWN
from tests.intake.test_tables import table
from tests.town import Town
from tests.visitors import Visitor

IMPORTS = "/registers/takedowns/imports"
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(4 * 1024 * 1024)
# What the system's library is asked to open for writing while somebody listens.
_heard: list[str] = []
_listening: list[bool] = []


def _hear(event: str, told: tuple[Any, ...]) -> None:
    if _listening and event == "open" and told[2] & (os.O_WRONLY | os.O_RDWR):
        _heard.append(str(told[0]))


sys.addaudithook(_hear)


@contextmanager
def opened_for_writing() -> Iterator[list[str]]:
    """What is opened for writing in the block, but for the database and its journals."""
    _heard.clear()
    _listening.append(True)
    yield _heard
    _listening.clear()
    _heard[:] = [path for path in _heard if "portal.sqlite" not in path]


@pytest.fixture
def chea(town: Town) -> Visitor:
    return town.visit("chea").opens(IMPORTS)


def lying(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def sends(visitor: Visitor, data: bytes, name: str = "table.csv") -> str:
    """Send a file as a browser does, without the client of the tests, which keeps it on a disk."""
    token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
    parts = [f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n']
    parts += [f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n']
    body = "".join(parts).encode() + data + b"\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    answer = visitor.client.post(IMPORTS, data=body, content_type=kind)
    return f"{answer.status_code} {answer.text}"


def test_a_film_named_as_a_table_is_refused_in_words_and_not_held(chea: Visitor) -> None:
    with opened_for_writing() as written:
        said = sends(chea, FILM)

    assert said.startswith("422")
    assert "Images, films, archives and documents never come in." in said
    assert written == []


def test_a_table_lies_in_the_private_folder_alone_until_it_is_decided_on(
    town: Town, chea: Visitor
) -> None:
    row = table(TAKEDOWN).split(b"\r\n")[1]
    data = table(TAKEDOWN) + (row + b"\r\n") * 1500
    folder = town.app.extensions["settings"].uploads
    before = lying(folder)

    with opened_for_writing() as written:
        chea.fills_in(form="imports", file=("table.csv", data))

    [name] = lying(folder) - before
    assert [Path(path).parent for path in written if path.startswith("/")] == [folder]
    assert ((folder / name).stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    chea.presses("Delete the file")
    assert lying(folder) == before


def test_a_drawing_and_a_page_have_a_sentence_of_their_own(chea: Visitor) -> None:
    chea.fills_in(422, form="imports", file=("table.csv", b"<svg><script>1</script></svg>"))

    assert "a web page or a drawing" in chea.text
    assert "<script>1" not in chea.response.text


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\x.csv",
        "/etc/passwd",
        "a\x00b.csv",
        "x" * 300,
        "តារាង.csv",
        "\u202evsc",
    ],
)
def test_a_name_of_a_file_means_nothing(chea: Visitor, name: str) -> None:
    with opened_for_writing() as written:
        chea.fills_in(form="imports", file=(name, table(TAKEDOWN | {"own_ref": "T-1"})))

    assert "1 entry to record" in chea.text
    assert {re.sub("[0-9a-f]{32}", "random", Path(path).name) for path in written} <= {"random"} | {
        path for path in written if path.isdigit()
    }
    assert "passwd" not in chea.text


def test_only_the_first_bytes_of_what_must_not_come_in_are_held() -> None:
    tracemalloc.start()
    sieve = Sieve(takes=True)
    for start in range(0, len(FILM), 65536):
        assert sieve.write(FILM[start : start + 65536])
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sieve.getvalue() == FILM[:HEAD]
    assert held < 200_000


def test_a_part_at_a_time_is_seen_through_as_well() -> None:
    sieve = Sieve(takes=True)
    for start in range(0, 5000, 7):
        sieve.write(FILM[start : start + 7])

    assert len(sieve.getvalue()) == HEAD


def test_a_page_that_asks_for_no_file_takes_none() -> None:
    sieve = Sieve(takes=False)
    sieve.write(b"source_type\r\n")

    assert sieve.getvalue() == b""


class Bottomless(io.RawIOBase):
    """A body that never ends, and counts what was read of it."""

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        into[:] = b"x" * len(into)
        self.given += len(into)
        return len(into)


@pytest.mark.parametrize(
    ("path", "limit"), [(IMPORTS, 5 * 1024 * 1024 + 65536), ("/capacity", 256 * 1024)]
)
@pytest.mark.parametrize("told", ["two gigabytes", "nothing"])
def test_a_body_that_is_too_large_is_not_read(
    chea: Visitor, path: str, limit: int, told: str
) -> None:
    body = Bottomless()
    environment = {"wsgi.input": body}
    if told == "nothing":
        environment |= {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    else:
        environment |= {"CONTENT_LENGTH": str(2 * 1024**3)}

    answer = chea.client.post(
        path, environ_overrides=environment, content_type="multipart/form-data; boundary=b"
    )

    assert answer.status_code == 413
    assert "This is too large" in answer.text
    assert body.given <= limit + 2 * 65536

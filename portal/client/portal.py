"""What a program asks of the portal: a method for each, answered in types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote, urlencode

from portal.client.calling import Line
from portal.client.shapes import (
    Batch,
    Certificate,
    Entry,
    Events,
    File,
    Filing,
    Key,
    Notice,
    Recorded,
    Register,
    Row,
    Version,
)

Fields = Mapping[str, Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Portal:
    """The portal at an address, as a key may use it; ``options`` are those of ``calling.Line``.

    Whatever records takes an ``act``: a name of your own for it. Sent again under the same name it
    is done once; without one each call is an act of its own. Raises NotTaken, Unreachable.
    """

    def __init__(self, address: str, key: str, **options: Any) -> None:
        self.line = Line(address, key, **options)

    def key(self) -> Key:
        """What the key is and reaches."""
        return self._read("/key")  # type: ignore[no-any-return]

    def record(self, register: Register, entry: Fields, *, act: str | None = None) -> Recorded:
        """Record an entry."""
        return self._act(f"/registers/{register}/entries", entry, act)  # type: ignore[no-any-return]

    def record_batch(
        self, register: Register, entries: Sequence[Fields], *, act: str | None = None
    ) -> Batch:
        """Record up to 1,000 entries, all or none."""
        body = {"entries": list(entries)}
        return self._act(f"/registers/{register}/batches", body, act)  # type: ignore[no-any-return]

    def send_file(self, register: Register, data: bytes, *, act: str | None = None) -> File:
        """Send a CSV file or a workbook; nothing is recorded yet. ``check`` is None as long as a
        worker reads it: ask by ``file``.
        """
        media = XLSX if data.startswith(b"PK") else "text/csv"
        return self.line.sends(f"/registers/{register}/files", data, media, act).json()  # type: ignore[no-any-return]

    def file(self, register: Register, file: str) -> File:
        """Where a file stands."""
        return self._read(f"/registers/{register}/files/{quote(file)}")  # type: ignore[no-any-return]

    def mending(self, register: Register, file: str) -> bytes:
        """The rows of a file as a workbook that says what to mend."""
        path = f"/registers/{register}/files/{quote(file)}/mending.xlsx"
        return self.line.reads(path, XLSX).data

    def record_file(
        self, register: Register, file: str, said: Fields | None = None, *, act: str | None = None
    ) -> File:
        """Record a file as one act; ``said``: ``choice``, ``confirmed``, ``reason``."""
        path = f"/registers/{register}/files/{quote(file)}/records"
        return self._act(path, said or {}, act)  # type: ignore[no-any-return]

    def discard_file(self, register: Register, file: str, *, act: str | None = None) -> File:
        """Throw a file away."""
        path = f"/registers/{register}/files/{quote(file)}/discardings"
        return self._act(path, {}, act)  # type: ignore[no-any-return]

    def entries(self, register: Register, **wanted: str | int) -> Iterator[Entry]:
        """Every entry of a register, the newest first; narrowed by ``period`` and codes."""
        yield from self._all(f"/registers/{register}/entries", "entries", wanted)

    def entry(self, register: Register, key: int) -> Entry:
        """One entry, with its ETag."""
        answer = self.line.reads(f"/registers/{register}/entries/{key}")
        return {**answer.json(), "etag": answer.etag}  # type: ignore[typeddict-item]

    def correct(
        self, register: Register, seen: Entry, entry: Fields, reason: str, *, act: str | None = None
    ) -> Version:
        """Write the next version of an entry that was read by ``entry``."""
        path = f"/registers/{register}/entries/{seen['key']}/versions"
        body = {"reason": reason, "entry": dict(entry)}
        return self._act(path, body, act, seen["etag"])  # type: ignore[no-any-return]

    def void(
        self, register: Register, seen: Entry, reason: str, *, act: str | None = None
    ) -> Version:
        """Declare an entry void that was read by ``entry``."""
        path = f"/registers/{register}/entries/{seen['key']}/voidings"
        return self._act(path, {"reason": reason}, act, seen["etag"])  # type: ignore[no-any-return]

    def events(self, key: int) -> Events:
        """An item's steps and state."""
        return self._read(f"/registers/takedowns/entries/{key}/events")  # type: ignore[no-any-return]

    def add_event(self, key: int, event: Fields, *, act: str | None = None) -> int:
        """Add a step to an item; gives its number."""
        path = f"/registers/takedowns/entries/{key}/events"
        return int(self._act(path, event, act)["no"])

    def add_events(self, events: Sequence[Fields], *, act: str | None = None) -> list[int]:
        """Add up to 200 steps, each with the ``key`` of its item, all or none."""
        done = self._act("/registers/takedowns/events", {"events": list(events)}, act)
        return [int(one["no"]) for one in done["events"]]

    def notices(self) -> Iterator[Notice]:
        """Every notice and order received, the newest first."""
        yield from self._all("/notices", "notices", {})

    def notice(self, key: int) -> Notice:
        """One notice, what of it is not logged, and where an order stands."""
        return self._read(f"/notices/{key}")  # type: ignore[no-any-return]

    def take_notice(self, key: int, said: Fields, *, act: str | None = None) -> list[Row]:
        """Record every item of a notice that is not logged."""
        return list(self._act(f"/notices/{key}/entries", said, act)["entries"])

    def answer_notice(self, key: int, answer: Fields, *, act: str | None = None) -> int:
        """Answer an order; gives for how many items."""
        return int(self._act(f"/notices/{key}/answers", answer, act)["items"])

    def filings(self) -> Iterator[Filing]:
        """Every filing, the newest month first."""
        yield from self._all("/filings", "filings", {})

    def statement(self, period: str, version: int) -> bytes:
        """A frozen statement to the byte."""
        return self.line.reads(f"/filings/{quote(period)}/{version}/statement").data

    def certificates(self) -> Iterator[Certificate]:
        """Every certificate, the newest first."""
        yield from self._all("/certificates", "certificates", {})

    def paper(self, number: str, kind: Literal["certificate", "report"]) -> bytes:
        """A paper as PDF."""
        path = f"/certificates/{quote(number, safe='')}/{kind}.pdf"
        return self.line.reads(path, "application/pdf").data

    def policy(self) -> dict[str, Any]:
        """The policy in force today."""
        return self._read("/policy")  # type: ignore[no-any-return]

    def _read(self, path: str) -> Any:
        return self.line.reads(path).json()

    def _act(self, path: str, body: Fields, act: str | None, seen: str | None = None) -> Any:
        return self.line.acts(path, body, act, seen).json()

    def _all(self, path: str, name: str, wanted: Mapping[str, str | int]) -> Iterator[Any]:
        place: str | None = f"{path}?{urlencode(wanted)}" if wanted else path
        while place:
            page = self._read(place)
            yield from page[name]
            place = page["next"]

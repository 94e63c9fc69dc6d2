"""An ISP's pages behind the second wall, and without it; on PostgreSQL, beside a million rows.

The work signs in to the database as the portal does in production, and each of its transactions
stands in the ISP's position. The reference is the same portal as the owner of its tables, whom row
security does not hold, in transactions that stand nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient

from portal.db import sessions
from tests.bench.bench_register import LIST, signed_in
from tests.bench.harness import Bench, Scale
from tests.bench.multitude import Multitude, in_town
from tests.engines import as_role, the_app

BAR = 1.5
# Several pages a turn: one takes some hundredths of a second.
PAGES = 20
OVERVIEW, MONTH = "/registers", "/returns/2026-10"


@dataclass(frozen=True)
class Sides:
    """The same person of the ISP with some entries, before the wall and where there is none."""

    walled: FlaskClient
    open: FlaskClient


@contextmanager
def sides(url: str) -> Iterator[Sides]:
    """Both portals before the town's database."""
    with TemporaryDirectory() as instance, TemporaryDirectory() as other, in_town():
        walled, free = the_app(as_role(url), Path(instance)), the_app(url, Path(other))
        free.extensions["sessions"] = sessions(free.extensions["engine"])
        yield Sides(signed_in(walled, "tep"), signed_in(free, "tep"))
        for app in (walled, free):
            app.extensions["engine"].dispose()


def opens(side: str, path: str, pages: int, sides: Sides) -> None:
    """Open a page some times."""
    client: FlaskClient = getattr(sides, side)
    for _ in range(pages):
        assert client.get(path).status_code == 200


def benches(scale: Scale) -> list[Bench]:
    """The list of entries, the overview of the registers, and the month before it is filed."""

    def bench(name: str, path: str, pages: int = PAGES) -> Bench:
        walled, free = (partial(opens, side, path, pages) for side in ("walled", "open"))
        return Bench(name, scale.some, BAR, Multitude(scale), sides, walled, free, scale.turns)

    return [
        bench("wall-entries", LIST),
        bench("wall-registers", OVERVIEW),
        bench("wall-month", MONTH, pages=2),
    ]

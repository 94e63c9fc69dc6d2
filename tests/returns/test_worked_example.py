"""The worked example of docs/indicators.md: nine items, counted by hand there and by SQL here."""

from __future__ import annotations

from sqlalchemy import select

from portal.canonical import canonical, sha256
from portal.entries.entry import line_of
from portal.registers.codes import Progress
from portal.registers.takedowns import Takedown, TakedownEvent
from tests.returns.clock import OCTOBER
from tests.returns.office import Office, indicator, said_by

HOUR = 3600


def test_the_example_comes_out_as_it_was_counted_by_hand(office: Office) -> None:
    _the_nine_items(office)
    office.opens(OCTOBER)
    frozen = office.prepares(OCTOBER)
    told, said = indicator(frozen, "act") or {}, said_by(frozen)

    assert (told["numerator"], told["denominator"], told["tenths"]) == (4, 6, 667)
    assert (told["late"], told["open_overdue"], told["open_not_due"]) == (1, 1, 1)
    assert (told["n"], told["median_s"], told["p90_s"]) == (4, 12 * HOUR, None)
    assert (told["already_gone"], told["limit_s"], told["policy"]) == (1, 48 * HOUR, "2026.1")
    flow = said["roll_forward"]
    assert (flow["opening"], flow["received"], flow["closed"]) == (0, 9, 4)
    assert (flow["withdrawn"], flow["duplicate"], flow["closing"]) == (1, 1, 3)
    assert (said["excluded"]["withdrawn"], said["excluded"]["duplicate"]) == (1, 1)
    assert said["carried_forward"] == [{"cohort": "2026-10", "band": "0-24h", "count": 1}]
    assert said["pauses"] == 1
    [duty] = [r for r in said["results"] if r["code"] == "SP5-03"]
    assert (duty["result"], duty["reason"], duty["excusable"]) == (
        "NOT_MET",
        "below-minimum",
        False,
    )


def test_the_digest_of_a_register_is_made_as_the_page_says(office: Office) -> None:
    _the_nine_items(office)
    office.opens(OCTOBER)
    told = said_by(office.prepares(OCTOBER))["registers"]["takedowns"]

    items = office.session.scalars(select(Takedown).order_by(Takedown.key)).all()
    events = office.session.scalars(select(TakedownEvent).order_by(TakedownEvent.no)).all()
    digests = []
    for item in items:
        assert sha256(canonical(line_of(Takedown, vars(item)))) == item.digest
        digests += [item.digest, *[event.digest for event in events if event.key == item.key]]
    assert (told["lines"], told["digest"]) == (len(digests), sha256(b"".join(digests)).hex())


def _the_nine_items(office: Office) -> None:
    office.at("2026-11-01 10:00")
    a = office.logs(received_at="2026-10-01 08:00", source_ref="IHC-A")
    office.logs(received_at="2026-10-01 09:00", source_ref="IHC-A")
    office.acts(a, "2026-10-01 20:00")
    b = office.logs(received_at="2026-10-05 08:00")
    office.acts(b, "2026-10-08 08:00")
    c = office.logs(received_at="2026-10-06 08:00")
    office.moves(
        c, Progress.PAUSED, "2026-10-06 10:00", pause_reason="CLARIFICATION",
        until_at="2026-10-07 10:00",
    )  # fmt: skip
    office.acts(c, "2026-10-09 08:00")
    d = office.logs(received_at="2026-10-10 08:00")
    office.acts(d, "2026-10-10 09:00", "ALREADY_UNAVAILABLE")
    office.logs(received_at="2026-10-20 08:00")
    f = office.logs(received_at="2026-10-31 23:50")
    office.acts(f, "2026-11-01 00:20")
    h = office.logs(received_at="2026-10-12 08:00")
    office.moves(h, Progress.WITHDRAWN, "2026-10-13 08:00", reference="IHC-H")
    office.logs(received_at="2026-10-31 18:00")

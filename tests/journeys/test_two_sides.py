"""A hotline sends 175 items in one notice to two ISPs; one logs 170 of them by file."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.registers.takedowns import Takedown
from portal.trail import verify
from tests.journeys.acts import OCTOBER, files, opens_the_books, prepares, steps
from tests.town import Town
from tests.web.test_notices import TYPED

ACTED = "Remove or disable CSAM that the ISP hosts core ✔ Met "
LEFT_OUT = (7, 90, 91, 92, 175)
HEAD = (
    "source_type,source_ref,item_no,instrument,legal_basis,priority,service_role,harm,assessment,"
    "assessed_by,locator_kind,hosting_country,issued_at,received_at,handled_by"
)


def logged(item: int) -> str:
    return (
        f"HOTLINE_NATIONAL,IHC-2026-0417,{item},NOTICE,ECOM_2019_24_25,P2_STANDARD,HOSTING,CSAM,"
        "BASELINE,HOTLINE,URL,KH,2026-10-12 09:00,2026-10-12 09:10,S-0421"
    )


def test_a_hotline_sends_175_items_to_two_isps_and_one_logs_170(town: Town) -> None:
    """chairs A1."""
    hotline = town.visit("rith").opens("/notices/new").fills_in(**{**TYPED, "items": "175"})
    assert "Mekong Net 175 0 0 0" in hotline.text

    mekong = town.visit("chea").opens("/registers/takedowns/imports")
    rows = [HEAD, *(logged(item) for item in range(1, 176) if item not in LEFT_OUT)]
    mekong.fills_in(file=("october.csv", "\n".join(rows).encode()))
    assert mekong.presses("Record 170 entries").heading == "Recorded"

    # Each side sees the same five: the ISP before it files, the hotline on its notice.
    mekong.opens("/returns/2026-10")
    assert "that you have not logged: 5." in mekong.text
    mekong.opens("/received").follows("N-000001")
    assert "Items 7, 90–92, 175." in mekong.text
    hotline.opens("/notices/1")
    assert "Mekong Net 175 170 0 0 0.2 h" in hotline.text
    assert "Tonle Net 175 0 0 0" in hotline.text

    # The hotline takes one of the five back, and one that was logged; four are still waited for.
    hotline.follows("Mekong Net")
    hotline.fills_in(form="acts", kind="WITHDRAWN", occurred_at="2026-10-20T09:00", items="1, 7")
    assert "1 waits until the ISP's entry can take it." in hotline.text
    assert "Closed" in mekong.opens("/registers/takedowns/entries/1").text
    mekong.opens("/received/1")
    assert "Items 90–92, 175." in mekong.text

    mekong.fills_in(received_at="2026-10-12T09:10", handled_by="S-0421")
    assert "4 entries recorded." in mekong.text
    assert "Everything that was sent to you is logged." in mekong.opens("/received").text
    assert "that you have not logged" not in mekong.opens("/returns/2026-10").text
    assert "Mekong Net 175 174 0 2" in hotline.opens("/notices/1").text

    # The other ISP takes all of them in with one tap, on its telephone.
    tonle = town.visit("tep").opens("/received/1").presses("Take into the register")
    assert "175 entries recorded." in tonle.text
    with town.session() as session:
        count = select(Takedown.isp_id, func.count()).group_by(Takedown.isp_id)
        assert dict(map(tuple, session.execute(count))) == {
            town.bodies["mekong-net"]: 174,
            town.bodies["tonle-net"]: 175,
        }
        assert verify(session) == []


def test_what_the_hotline_confirmed_stands_in_the_return_and_before_the_reviewer(
    town: Town,
) -> None:
    hotline = town.visit("rith").opens("/notices/new").fills_in(**{**TYPED, "items": "2"})
    mekong = town.visit("chea").opens("/received/1")
    mekong.fills_in(received_at="2026-10-12T09:10", handled_by="S-0421")
    for item in (1, 2):
        entry = f"/registers/takedowns/entries/{item}"
        steps(mekong, entry, "ACTIONED", "2026-10-12 15:00", action="REMOVED")
    hotline.opens("/notices/1").follows("Mekong Net")
    hotline.fills_in(form="acts", kind="CONFIRMED_GONE", occurred_at="2026-10-13T09:00", items="1")
    shown = mekong.opens(OCTOBER).text
    assert "Sent by a notifier here2 of 2 Confirmed gone by the sender1 of 2" in shown
    assert ACTED + "Computed" in shown

    hotline.fills_in(form="acts", kind="CONFIRMED_GONE", occurred_at="2026-10-13T09:30", items="2")
    opens_the_books(mekong)
    prepares(mekong, nils=["blocklists", "training"])
    files(town.visit("meas"))
    shown = town.visit("sok").opens("/reviews").follows("Mekong Net").text
    assert "Confirmed gone by the sender2 of 2" in shown
    assert ACTED + "Confirmed by the other side" in shown

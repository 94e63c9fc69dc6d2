"""An order round with one silent ISP (chairs A3, C5): sent, answered, chased, lifted."""

from __future__ import annotations

from sqlalchemy import select

from portal.mail import Mail
from portal.trail import verify
from tests.town import Town
from tests.web.test_orders import answered, ordered, rows


def test_an_order_round_with_one_silent_isp(town: Town) -> None:
    # On Thursday at ten the police order three licensees to block two places abroad.
    police = ordered(town)
    assert [row.partition(" ✖ ")[2][:6] for row in rows(police)] == ["Silent"] * 3
    assert written(town, "ORDER_SENT") == {"mekong-net", "tonle-net", "small-net"}

    # Two answer from their telephones, the third does not.
    town.moves_to("2026-11-05 11:00")
    answered(town, "chea", "Applied", occurred_at="2026-11-05T10:45")
    answered(town, "tep", "Received")
    small, tonle, mekong = rows(police.opens("/orders/1"))
    assert small.startswith("Small Net ✖ Silent 5 Nov 2026, 10:00 47.0 h left")
    assert tonle.startswith("Tonle Net ● Received")
    assert mekong.startswith("Mekong Net ✔ Applied 5 Nov 2026, 10:45 ✔ In time")
    assert "Chea Preparer, 5 Nov 2026, 11:00" in mekong

    # The timer of the letters reminds it at half of the limit and at its end, each once.
    town.moves_to("2026-11-06 09:00")
    assert "Reminders of orders written: none." in due(town)
    town.moves_to("2026-11-06 12:00")
    assert "Reminders of orders written: 1 REMINDER." in due(town)
    assert "Reminders of orders written: none." in due(town)
    town.moves_to("2026-11-07 12:00")
    assert "Reminders of orders written: 1 OVERDUE." in due(town)
    assert written(town, "ORDER_REMINDER") == written(town, "ORDER_OVERDUE") == {"small-net"}
    small, tonle, _mekong = rows(town.visit("vann").opens("/orders/1"))
    assert "over by 2.0 h" in small
    assert "Overdue notice, 7 Nov 2026, 12:00" in small

    # Tonle Net finds that the block would hit too much; the silent one answers at last.
    answered(town, "tep", "Cannot, because", because="NOT_BLOCKED_OVERBLOCK")
    answered(town, "small", "Applied")
    late = rows(town.visit("vann").opens("/orders/1").follows("2 Late"))
    assert [row.split(" Net ")[0] for row in late] == ["Tonle", "Small"]

    # The order is taken back; whoever blocked lifts the block, and the time of that is seen.
    town.moves_to("2026-11-08 09:00")
    police = town.visit("vann").opens("/orders/1").follows("Take this order back")
    police.presses("Take back")
    assert written(town, "ORDER_WITHDRAWN") == {"mekong-net", "tonle-net", "small-net"}
    assert "2 To be lifted 1 Taken back" in police.text
    town.moves_to("2026-11-08 15:00")
    assert "▲ To be lifted" in town.visit("chea").opens("/").text
    answered(town, "chea", "Lifted")
    town.moves_to("2026-11-09 15:00")
    answered(town, "small", "Lifted")
    lifted = rows(town.visit("vann").opens("/orders/1?state=LIFTED"))
    assert [("In time" in row, "Late" in row) for row in lifted] == [(True, False), (False, True)]

    # What is left is entries and events like any others, in chains that hold.
    assert "Reinstated" in town.visit("chea").opens("/registers/takedowns/entries/1").text
    with town.session() as session:
        assert verify(session) == []


def due(town: Town) -> str:
    return town.runs("mail", "due", "--as", "SYSTEM")


def written(town: Town, kind: str) -> set[str]:
    """To the people of which ISPs mails of a kind wait."""
    names = {isp_id: slug for slug, isp_id in town.bodies.items()}
    with town.session() as session:
        found = session.scalars(select(Mail.isp_id).where(Mail.kind == kind))
        return {names[isp_id] for isp_id in found}

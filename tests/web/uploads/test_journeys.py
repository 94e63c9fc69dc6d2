"""A file by page: chosen, looked at, recorded; in whole, or said what is wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.intake.uploads.deciding import SMALL_ROWS
from portal.mail import Mail, MailKind
from portal.registers.register import REGISTERS
from tests.town import Town
from tests.web.uploads.conftest import (
    changed,
    fetched,
    filled_in,
    held,
    lying,
    rows_of,
    sample,
    sends,
    sheet,
)


@pytest.mark.parametrize("slug", REGISTERS)
def test_a_file_and_a_template_filled_in_are_seen_and_recorded(town: Town, slug: str) -> None:
    before, data = lying(town), sample(town, 3, slug)
    chea = sends(town, data, slug)
    assert chea.heading == "What the file would do"
    assert "3 entries to record, nothing wrong." in chea.text
    assert held(town, slug) == 0
    chea.presses("Record 3 entries")
    assert (chea.heading, held(town, slug)) == ("Recorded", 3)
    prefix = REGISTERS[slug].prefix
    assert f"New entries {prefix}-000001 – {prefix}-000003" in chea.text

    template = fetched(chea, f"/registers/{slug}/template.xlsx")
    sends(town, filled_in(template, sample(town, 5, slug)), slug).presses("Record 2 entries")
    assert held(town, slug) == 5
    assert lying(town) == before


def test_the_same_file_again_is_the_same_and_one_that_says_otherwise_corrects(town: Town) -> None:
    data = sample(town, 2)
    sends(town, data).presses("Record 2 entries")
    assert "Nothing new: every row was recorded before." in sends(town, data).text

    chea = sends(town, data.replace(b"P2_STANDARD", b"P3_CONTEXTUAL", 1))
    assert "1 row differs from what was recorded before" in chea.text
    assert "Rows: 2" in chea.text
    assert "What needs your attention" not in chea.text
    chea.presses("Check it as corrections", expect=422)
    assert (
        chea.errors()
        == ["Why rows differ from what was recorded: choose one of the codes offered."]
        or chea.errors()
    )
    chea.fills_in(form="reasons", reason="TYPING_ERROR")
    assert "1 entry to record, nothing wrong." in chea.text
    assert "Recorded before, now different 1" in chea.text
    chea.presses("Record 1 entry")
    assert "Corrected 1" in chea.text
    assert "Version 2" in chea.opens("/registers/takedowns/entries/1").text


def test_a_faulty_file_comes_back_as_a_workbook_that_is_mended_and_sent_again(town: Town) -> None:
    _head, rows = rows_of(sample(town, 4))
    data = sample(town, 4).replace(b"SAMPLE-NOTICE-1,3", b"http://secret.invalid/x,3")
    data = data.replace(b"BASELINE", b"=BASE", 1)
    chea = sends(town, data)
    assert "2 rows need your attention" in chea.text
    book = fetched(chea, f"{chea.path}/mending.xlsx")

    told = sheet(book, "What to mend")
    assert [row[2:] for row in told[-2:]] == [[1, "2"], [1, "3"]]
    given = sheet(book, "Entries")[3:]
    assert len(given) == 4
    assert given[1][0].startswith("The sender's reference: this looks like a web address")
    assert given[1][1] == "looks-like-locator"
    assert "[removed: looks like a locator]" in given[1]
    assert "=BASE" in given[0]
    assert [row[0] for row in given[2:]] == ["", ""]

    def mended(text: str) -> str:
        assert "secret" not in text
        assert "<f>" not in text
        text = text.replace("[removed: looks like a locator]", "SAMPLE-NOTICE-1")
        return text.replace("=BASE", "BASELINE")

    again = sends(town, changed(book, 2, mended))
    assert "4 entries to record, nothing wrong." in again.text
    again.presses("Record 4 entries")
    assert held(town) == len(rows) == 4


def test_rules_are_told_once_with_the_codes_that_there_are_and_the_ways_stand_first(
    town: Town,
) -> None:
    data = sample(town, 6).replace(b"NOTICE,ECOM", b"NONE,ECOM", 2)
    before, *rows = data.replace(b"2026-11-0", b"2026-13-0", 1).decode().split("\r\n")
    rows[1] = rows[1].replace("2026-11-0", "yesterday ", 1)
    chea = sends(town, "\r\n".join([before, *rows]).encode())
    assert chea.errors() == [
        "Mend it and send it again",
        "What needs your attention",
        "Or mend the rows here",
        "Or record the good rows alone",
    ]
    told = chea.page.xpath("//h2[@id='rules-title']/following-sibling::div[1]//tbody/tr")
    assert [" ".join(row.text_content().split()) for row in told] == [
        "Notice issued Enter a real date and time, such as 2026-10-31 23:50. 2 2, 3",
        "Kind of request Choose one of ORDER, NOTICE, REFERRAL, OWN_INITIATIVE. 2 2, 3",
    ]
    assert "place of material" not in chea.text
    assert "Rows 6, wrong 2. It is deleted 6 Nov 2026" in chea.opens("../imports").text


def test_another_language_leads_back_to_the_page_of_what_was_refused(town: Town) -> None:
    for path, form, back in (
        ("/registers/takedowns/imports", "imports", "/registers/takedowns/imports"),
        ("/registers/roster/entries/new", "entries", "/registers/roster/entries/new"),
    ):
        chea = town.visit("chea").opens(path).fills_in(422, form=form)
        [here] = chea.page.xpath("//form[contains(@class, 'languages')]/input[@name='here']/@value")
        assert here == back


def test_a_row_is_mended_on_screen_and_the_file_keeps_its_rows(town: Town) -> None:
    chea = sends(town, sample(town, 3).replace(b"BASELINE", b"BASE", 1))
    here = chea.path
    chea.follows("Mend Row 2")
    assert chea.errors() == ["Assessment: choose one of the codes offered."]
    assert "2026-11-04T" in chea.page.xpath("//input[@name='received_at']/@value")[0]
    chea.fills_in(422, form="2", assessment="BASELINE", received_at="")
    chea.fills_in(form="2", assessment="BASELINE", received_at="2026-11-04T10:15")
    assert (chea.path, chea.heading) == (here, "What the file would do")
    chea.presses("Record 3 entries")
    assert held(town) == 3


def test_the_good_rows_alone_are_recorded_where_somebody_says_so(town: Town) -> None:
    chea = sends(town, sample(town, 5).replace(b"BASELINE", b"BASE", 1))
    chea.presses("Record 4 entries")
    assert "Left out 1" in chea.text
    assert held(town) == 4


def test_columns_are_said_by_hand_and_what_is_left_out_is_never_read(town: Town) -> None:
    head, *rows = sample(town, 2).decode().strip().split("\r\n")
    head = head.replace("source_type", "Sender") + ",Web site"
    data = "\n".join([head, *(f"{row},http://secret.invalid/" for row in rows)]).encode()
    chea = sends(town, data)
    assert chea.heading == "The columns of the file"
    assert "2 columns have names that this register does not know" in chea.text
    assert "Needed, and no column yet: Who sent the notice" in chea.text
    assert chea.errors() == []
    assert "secret" not in chea.response.text

    last = f"column_{head.count(',') + 1}"
    chea.fills_in(422, form="columns", **{last: "-"})
    assert chea.errors() == [
        "Who sent the notice: there is no such column, and it is needed.",
        "Sender: say what this is, or leave it out.",
    ]
    chea.fills_in(form="columns", column_2="source_type", **{last: "-"})
    chea.presses("Record 2 entries")
    assert held(town) == 2


def test_the_pages_of_a_file_ask_the_database_a_few_questions_however_many_rows(town: Town) -> None:
    asked = []
    for rows in (3, 300):
        chea = sends(town, sample(town, rows).replace(b"BASELINE", b"BASE", 1))
        for page in (chea.path, f"{chea.path}/columns", f"{chea.path}/rows/2"):
            with town.queries() as queries:
                chea.opens(page)
            asked.append(len(queries))
    assert asked[:3] == asked[3:]
    assert max(asked) <= 24


def test_a_large_file_is_checked_and_recorded_by_a_worker(town: Town) -> None:
    chea = sends(town, sample(town, SMALL_ROWS + 1, "roster"), "roster")
    assert chea.heading == "The file is being read"
    assert chea.response.headers["Refresh"] == "5"
    assert town.works() == 1
    chea.opens(chea.path)
    assert "2001 entries to record, nothing wrong." in chea.text
    chea.presses("Record 2001 entries")
    assert (chea.heading, held(town, "roster")) == ("The file is being read", 0)
    assert town.works() == 1
    assert (chea.opens(chea.path).heading, held(town, "roster")) == ("Recorded", 2001)
    assert "Rows 2,001, wrong 0, recorded 2,001." in chea.opens("/jobs").text
    with town.session() as session:
        told = session.scalars(select(Mail.kind).order_by(Mail.id)).all()
    assert told == [MailKind.JOB_DONE] * 2

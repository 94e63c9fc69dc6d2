"""The next issue of a list: what stays the same is there already, what is wrong stands open."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.registers.blocklists import BlocklistUpdate
from tests.build import UPDATE
from tests.journeys.acts import records, typed
from tests.town import Town
from tests.visitors import Visitor

PAGE = Path(__file__).parents[3] / "docs" / "quiet-month.md"
NEW = "/registers/blocklists/entries/new"
CSV = {name: value for name, value in UPDATE.items() if name != "serial"} | {"transport": "CSV"}
NEXT: dict[str, Any] = {
    "update_kind": "ADD",
    "content_digest": hashlib.sha256(b"issue of 13 October").hexdigest(),
    "published_at": "2026-10-13 12:00",
    "fetched_at": "2026-10-13 12:30",
    "applied_at": "2026-10-13 15:00",
    "entries_total": 5010,
}
ALIKE = (
    "list_code list_kind transport methods points_in_scope points_live subscribers_in_scope"
    " subscribers_covered stop_page"
)


@pytest.fixture
def officer(town: Town) -> Visitor:
    """Chea, who has recorded one issue of a list."""
    visitor = town.visit("chea")
    records(visitor, "blocklists", CSV)
    return visitor


def folds(visitor: Visitor) -> dict[str, bool]:
    """The folded groups of the form, and whether each stands open."""
    return {
        fold.find("summary").text.strip(): fold.get("open") is not None
        for fold in visitor.page.xpath("//form//details")
    }


def test_the_first_issue_asks_everything_and_the_next_only_what_is_new(
    town: Town, officer: Visitor
) -> None:
    officer.opens(NEW)
    assert folds(officer) == {
        "As in your last entry of this list": False,
        "Where there is more to say": False,
    }
    officer.fills_in(form="entries", **typed(NEXT))
    assert "Recorded as" in officer.text

    with town.session() as session:
        query = select(BlocklistUpdate).order_by(BlocklistUpdate.key)
        first, second = session.scalars(query)
        for name in ALIKE.split():
            assert getattr(first, name) == getattr(second, name), name
        assert (second.added, second.version_label, second.entries_total) == (0, None, 5010)


def test_the_answers_are_as_many_as_the_page_about_it_says(town: Town) -> None:
    needed = [*NEXT, *ALIKE.split()]
    officer = town.visit("chea")
    records(officer, "blocklists", {name: CSV[name] for name in needed})
    records(officer, "blocklists", NEXT)

    counts = r"takes \*\*(\d+)\*\* answers, every\s+one after it \*\*(\d+)\*\*"
    said = re.search(counts, PAGE.read_text())
    assert said is not None
    assert [int(count) for count in said.groups()] == [len(needed), len(NEXT)]


def test_what_is_its_own_is_never_lent(officer: Visitor) -> None:
    form = officer.opens(NEW)._form("entries")
    for name in NEXT:
        assert not form.fields[name], name
    assert form.fields["test_result"] == "NOT_RUN"


def test_a_wrong_answer_in_a_fold_opens_it_and_nothing_typed_is_lost(officer: Visitor) -> None:
    officer.opens(NEW)
    officer.fills_in(422, form="entries", **typed(NEXT), subscribers_covered="50000", malformed="1")
    assert len(officer.errors()) == 1
    assert folds(officer)["As in your last entry of this list"]
    form = officer._form("entries")
    assert form.fields["content_digest"] == NEXT["content_digest"]
    assert form.fields["malformed"] == "1"


def test_another_list_keeps_the_network_and_asks_what_is_the_lists(officer: Visitor) -> None:
    officer.opens(NEW).opens(f"{NEW}?list=IWF_URL")
    form = officer._form("entries")
    assert form.fields["list_code"] == "IWF_URL"
    assert not form.fields["transport"]
    assert form.fields["subscribers_in_scope"] == "40000"
    assert folds(officer)["Once for this list"]

    records(officer, "blocklists", CSV, list_code="IWF_URL", list_kind="URL", methods=["URL_PROXY"])
    officer.opens(f"{NEW}?list=INTERPOL_IWOL")
    assert officer._form("entries").fields["list_kind"] == "DOMAIN"
    officer.opens(f"{NEW}?list=NONSENSE")
    assert officer._form("entries").fields["list_code"] == "IWF_URL"


def test_a_zone_asks_its_serial_and_a_half_live_list_whether_it_is_everywhere(town: Town) -> None:
    officer = town.visit("chea")
    records(officer, "blocklists", UPDATE, points_live=5, applied_at="")
    form = officer.opens(NEW)._form("entries")
    assert not form.fields["points_live"]
    [group] = officer.page.xpath("//form/fieldset[.//input[@name='content_digest']]")
    assert group.xpath(".//input[@name='serial']")


def test_nobody_begins_from_the_entry_of_another_isp(town: Town, officer: Visitor) -> None:
    assert "As in your last entry" in officer.opens(NEW).text
    assert folds(town.visit("tep").opens(NEW)) == {}

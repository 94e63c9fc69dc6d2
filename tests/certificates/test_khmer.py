"""Khmer breaks between words, and nowhere else."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from portal.certificates import khmer
from portal.certificates.glyphs import share_out

letters = st.text(alphabet=st.characters(min_codepoint=0x1780, max_codepoint=0x17DD), max_size=30)


def test_words_may_break_but_not_before_a_full_stop():
    broken = khmer.breakable("លិខិតនេះបញ្ជាក់អំពីការទទួលយករបាយការណ៍។ បញ្ជី៖ ក, ខ")
    assert broken.replace(khmer.BREAK, "") == "លិខិតនេះបញ្ជាក់អំពីការទទួលយករបាយការណ៍។ បញ្ជី៖ ក, ខ"
    assert broken.count(khmer.BREAK) >= 4
    assert not [sign for sign in "។៖, " if khmer.BREAK + sign in broken]


def test_other_scripts_are_left_alone():
    assert khmer.breakable("Mekong Fibre <b> 24x7") == "Mekong Fibre <b> 24x7"


def test_a_name_cannot_become_markup():
    assert khmer.km("<i>ក</i>") == '<span class="km" lang="km">&lt;i&gt;ក&lt;/i&gt;</span>'


def test_days_and_months_are_written_in_both_languages():
    day = date(2026, 11, 20)
    assert khmer.day_km(day) == "ថ្ងៃទី២០ ខែវិច្ឆិកា ឆ្នាំ២០២៦"
    assert khmer.day_en(day) == "20 November 2026"
    assert khmer.month_km(day) == "ខែវិច្ឆិកា ឆ្នាំ២០២៦"
    assert khmer.month_en(day) == "November 2026"


def test_an_instant_is_told_on_the_clocks_of_the_zone():
    east, west = ZoneInfo("Asia/Phnom_Penh"), ZoneInfo("America/Lima")
    assert khmer.moment("2026-10-31T20:00:00Z", east) == "1 November 2026, 03:00"
    assert khmer.moment("2026-10-31T20:00:00Z", west) == "31 October 2026, 15:00"


@given(st.text(alphabet=st.sampled_from("កខគងតនបមរសឥ្ាិុេំះ់៉។៖ "), max_size=40))
def test_no_break_is_inside_a_syllable_whatever_is_typed(text):
    broken = khmer.breakable(text)
    assert broken.replace(khmer.BREAK, "") == text
    assert not re.search("\u200b[\u17b4-\u17d3។៖]|\u17d2\u200b", broken)


@given(letters, st.lists(st.integers(0, 900), min_size=1, max_size=8))
def test_the_letters_of_a_cluster_are_shared_out_in_order_and_completely(text, widths):
    parts = share_out(text, widths)
    assert "".join(parts) == text
    assert len(parts) == len(widths)

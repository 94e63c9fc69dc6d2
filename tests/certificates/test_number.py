"""A certificate number survives a telephone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.certificates.number import (
    CertificateNumber,
    certificate_number,
    check_digit,
    parse_number,
)

years, serials = st.integers(2000, 2999), st.integers(1, 999_999)


def test_a_number_is_series_year_serial_and_check_digit():
    assert certificate_number("KH-SP5", 45, 2026) == "KH-SP5-2026-000045-2"
    assert certificate_number("KH-X", 1_234_567, 2027).startswith("KH-X-2027-1234567-")


def test_the_published_example_of_damm_has_its_digit():
    assert check_digit("572") == 4


@pytest.mark.parametrize(
    "typed",
    [
        "KH-SP5-2026-000045-2",
        " kh-sp5-2026-000045-2 ",
        "kh sp5 2026 000045 2",
        "KHSP520260000452",
        "KH–SP5–2026–000045–2",
        "KH-SP5-២០២៦-០០០០៤៥-២",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed):
    assert parse_number(typed, "KH-SP5") == CertificateNumber("KH-SP5", 2026, 45)


@pytest.mark.parametrize(
    "typed",
    ["", "2026", "KH-SP5-2026-000045", "KH-SP5-2026-000045-7", "XX-SP5-2026-000045-2",
     "KH-SP5-2026-000000-0", "KH-SP5-2026-00004५-2", "1" * 500],
)  # fmt: skip
def test_what_is_no_number_is_not_read_as_one(typed):
    assert parse_number(typed, "KH-SP5") is None


@pytest.mark.parametrize("serial", [0, -1, 10**9])
def test_no_certificate_has_an_impossible_serial(serial):
    with pytest.raises(ValueError, match="no certificate"):
        certificate_number("KH-SP5", serial, 2026)


@given(st.sampled_from(["KH-SP5", "XY", "A-1-B"]), serials, years)
def test_every_number_reads_back(series, serial, year):
    number = parse_number(certificate_number(series, serial, year), series)
    assert number == CertificateNumber(series, year, serial)


@given(serials, years, st.integers(0, 9), st.integers(1, 9))
def test_every_wrong_digit_is_found(serial, year, place, shift):
    digits = f"{year}{serial:06d}"
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert check_digit(wrong) != check_digit(digits)


@given(serials, years, st.integers(0, 8))
def test_every_swap_of_two_neighbours_is_found(serial, year, place):
    digits = f"{year}{serial:06d}"
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert swapped == digits or check_digit(swapped) != check_digit(digits)

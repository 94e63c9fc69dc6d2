"""A certificate number: series, year, serial and one check digit, fit to be read aloud."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A totally anti-symmetric quasigroup of order 10 (H. M. Damm, 2004): it finds every wrong digit
# and every swap of two neighbours, and needs no sign beyond 0-9.
_QUASIGROUP = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_SHAPE = re.compile(r"(\d{4})(\d{6,9})(\d)")
_SEPARATORS = re.compile(r"[\s\u2010-\u2015\u2212_/.-]+")
_LONGEST = 80  # nobody types more, and the pattern need not try
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")


@dataclass(frozen=True, order=True)
class CertificateNumber:
    """One number of the register; its written form carries the check digit."""

    series: str
    year: int
    serial: int

    @property
    def check_digit(self) -> int:
        """The Damm digit over year and serial."""
        return check_digit(f"{self.year:04d}{self.serial:06d}")

    def __str__(self) -> str:
        return f"{self.series}-{self.year:04d}-{self.serial:06d}-{self.check_digit}"


def check_digit(digits: str) -> int:
    """The Damm check digit of a string of the digits 0-9."""
    interim = 0
    for digit in digits:
        interim = int(_QUASIGROUP[interim][int(digit)])
    return interim


def certificate_number(series: str, serial: int, year: int) -> str:
    """The number of the year's certificate ``serial`` (1..n), e.g. ``XX-SP5-2026-000045-2``."""
    if not (0 < serial < 10**9 and 0 <= year < 10**4):
        raise ValueError(f"no certificate has serial {serial} of {year}")
    return str(CertificateNumber(series, year, serial))


def parse_number(text: str, series: str) -> CertificateNumber | None:
    """Read a number as people type it: any case, any spaces and dashes or none, Khmer digits.

    None where it is no number of the series, or where the check digit says one was mistyped.
    """
    typed = _SEPARATORS.sub("", text[:_LONGEST].translate(_KHMER_DIGITS)).upper()
    head = _SEPARATORS.sub("", series).upper()
    match = _SHAPE.fullmatch(typed.removeprefix(head))
    if not (match and typed.startswith(head) and typed.isascii() and int(match[2])):
        return None
    number = CertificateNumber(series, int(match[1]), int(match[2]))
    return number if number.check_digit == int(match[3]) else None

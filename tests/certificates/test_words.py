"""Every code that can reach a paper has words in both languages."""

from __future__ import annotations

import pytest

from portal.accounts.model import LicenceKind
from portal.certificates import words
from portal.certificates.model import CertificateKind
from portal.policy.codes import RoleGroup
from portal.registers.codes import Answer
from portal.returns import basis
from portal.returns.judge import MET, NOT_ASSESSED, NOT_MET
from portal.returns.model import ACCEPTED


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.TITLES, CertificateKind),
        (words.LICENCE_KINDS, LicenceKind),
        (words.ROLE_GROUPS, RoleGroup),
        (words.ANSWERS, Answer),
        (words.REGISTERS, basis.BASES),
        (words.RESULTS, (MET, NOT_MET, NOT_ASSESSED)),
        (words.OUTCOMES, ACCEPTED),
    ],
)
def test_no_code_is_printed_as_a_code(table, codes):
    assert [str(code) for code in codes if str(code) not in table] == []


def test_a_code_of_a_later_policy_is_shown_as_it_stands():
    assert words.words_for(words.RESULTS, "PARTLY_MET").en == "Partly met"


def test_the_two_languages_are_never_the_same():
    tables = (words.TITLES, words.RESULTS, words.BASES, words.FLOWS, words.REGISTERS)
    assert [w for table in tables for w in table.values() if w.km == w.en or not w.km] == []

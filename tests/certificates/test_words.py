"""Every code that can reach a paper has words in both languages."""

from __future__ import annotations

import inspect
import re

import pytest

from portal.accounts.model import LicenceKind
from portal.certificates import attestation, khmer, measures, words
from portal.certificates.definitions import GLOSSARY, definitions
from portal.certificates.model import CertificateKind
from portal.notices.codes import SourceType
from portal.policy.codes import RoleGroup
from portal.registers.codes import Answer
from portal.returns import basis, judge
from portal.returns.indicators import BANDS
from portal.returns.judge import MET, NOT_ASSESSED, NOT_MET
from portal.returns.model import ACCEPTED, ReturnKind
from tests.certificates.samples import PACK
from tests.returns.test_statement_size import CLOCKS

ASKED = [c for policy in PACK.policies.values() for o in policy.obligations for c in o.indicators]
# Every reason that a result can be given, as the source spells it.
REASONS = {
    *re.findall(
        r'"([a-z]+(?:-[a-z]+)+)"', inspect.getsource(judge) + inspect.getsource(attestation)
    ),
    *(o.not_assessed_reason for p in PACK.policies.values() for o in p.obligations
      if o.not_assessed_reason),
    *(f"declared-{answer.lower()}" for answer in (Answer.NO, Answer.PARTLY)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.TITLES, CertificateKind),
        (words.LICENCE_KINDS, LicenceKind),
        (measures.ROLE_GROUPS, RoleGroup),
        (measures.ANSWERS, Answer),
        (measures.REGISTERS, basis.BASES),
        (words.RESULTS, (MET, NOT_MET, NOT_ASSESSED)),
        (words.OUTCOMES, ACCEPTED),
        (words.REASONS, REASONS),
        (measures.SENDERS, SourceType),
        (measures.KINDS, ReturnKind),
        (measures.GROUPS, RoleGroup),
        (measures.BANDS, [band for band, _ in BANDS]),
        (measures.INDICATORS, [*CLOCKS, *(code.split(".")[1] for code in ASKED)]),
    ],
)
def test_no_code_is_printed_as_a_code(table, codes):
    assert [str(code) for code in codes if str(code) not in table] == []


def test_a_code_of_a_later_policy_is_shown_as_it_stands():
    assert words.words_for(words.RESULTS, "PARTLY_MET").en == "Partly met"


def test_the_two_languages_are_never_the_same():
    tables = [
        table
        for module in (words, measures)
        for table in vars(module).values()
        if isinstance(table, dict) and all(isinstance(w, words.Words) for w in table.values())
    ]
    spoken = [w for table in tables for w in table.values()] + [*GLOSSARY, *definitions("x", "y")]
    assert len(spoken) > 100
    assert [w for w in spoken if not khmer.has_khmer(w.km) or khmer.has_khmer(w.en)] == []

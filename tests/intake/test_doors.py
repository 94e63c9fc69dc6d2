"""Page, CSV, XLSX and model accept and refuse the same, with the same codes; and so does the check
that remembers answers.
"""

from __future__ import annotations

import csv
import io

import pytest
import xlsxwriter
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from portal.accounts.queries import isp_named
from portal.entries.inputs import Input, problems
from portal.intake import take_in
from portal.intake.columns import coded
from portal.policy import Policy
from portal.registers import REGISTERS
from portal.web.forms import form_for
from tests.build import COMPLAINT, COMPLETION, NOW, SPAN, TAKEDOWN, UPDATE, an_officer, policy
from tests.town import Town, town

__all__ = ["town"]

ROWS = {
    "takedowns": TAKEDOWN,
    "blocklists": UPDATE,
    "training": COMPLETION,
    "roster": SPAN,
    "complaints": COMPLAINT,
}
TOLD = {slug: {name: str(value) for name, value in row.items()} for slug, row in ROWS.items()}
# What people type, rightly and wrongly, in one field or another.
TYPED = [
    "", " ", "0", "1", "១២", "1,234", "1 234", "-5", "2.0", "1e3", "9" * 25, "NaN", "yes", "No",
    "true", "2026-10-12", "12/10/2026", "១២/១០/២០២៦", "2026-10-12 9:05", "12.10.2026 09:05",
    "31/02/2026", "2026-10-12T09:05:00+07:00", "2026-10-12T02:05Z", "2026-13-01 10:00",
    "1999-01-01", "2030-01-01", "2030-01-01 10:00", "0001-01-01 00:00+14:00", "24:00", "KH", "kh",
    "FR", "XX", "S-0421", "s-1", "HOTLINE_NATIONAL", "ORDER", "COURT", "CSAM", "URL",
    "P1_CHILD_IN_DANGER", "NOT_RUN", "DNS_RPZ SNI", "IHC-2026-0417", "អំណាច-១២",
    "hxxp://example[.]invalid", "a@b.example", "192.0.2.7", "0012345678", "+855 12 345 678",
    "deadbeef" * 8, "a\u200bb", "\u202egnp", "ab\nc", "x" * 65, "x" * 301, "\xe9", "e\u0301",
    "_x0041_", "<b>&amp;</b>", '"', "=1+1", "a;b,c|d", "'quoted'",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(TYPED),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=20),
)


@st.composite
def rows(draw: st.DrawFn, slug: str) -> dict[str, str]:
    """A good row in which some fields say something else."""
    names = [name for name in REGISTERS[slug].input.model_fields if name != "category"]
    return TOLD[slug] | draw(st.dictionaries(st.sampled_from(names), TEXTS, max_size=4))


Codes = set[tuple[str | None, str]]


def of_model(model: type[Input], row: dict[str, str], policy: Policy) -> Codes:
    """What the model says, asked as a program would ask it."""
    known = coded(model)
    filled = {n: t.strip().upper() if n in known else t for n, t in row.items() if t.strip()}
    try:
        model.model_validate(filled, context={"now": NOW, "policy": policy})
    except ValidationError as failure:
        return {(problem.field, problem.code) for problem in problems(failure)}
    return set()


def of_page(app: Flask, model: type[Input], row: dict[str, str], policy: Policy) -> Codes:
    """What the model says of what the page's form was given."""
    known = coded(model)
    sent = {n: t.strip().upper() if n in known else t for n, t in row.items() if t.strip()}
    with app.test_request_context("/", method="POST", data=MultiDict(sent)):
        given = form_for(model, leave_out={"category"})().typed()
    typed = {n: " ".join(t) if isinstance(t, list) else str(t) for n, t in given.items()}
    return of_model(model, typed, policy)


def as_csv(row: dict[str, str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(row), list(row.values())])
    return text.getvalue().encode()


def as_xlsx(row: dict[str, str]) -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for place, (name, text) in enumerate(row.items()):
        sheet.write_string(0, place, name)
        sheet.write_string(1, place, text)
    book.close()
    return held.getvalue()


@pytest.mark.parametrize("slug", ROWS)
def test_page_csv_xlsx_and_model_say_the_same(town: Town, slug: str) -> None:
    register = REGISTERS[slug]
    with town.session() as session:
        in_force = policy(session)
        isp = isp_named(session, "mekong-net")
        by = an_officer(session, isp)

    def of_file(data: bytes) -> Codes:
        with town.session() as session:
            report = take_in(
                session, isp.id, register, io.BytesIO(data), dry_run=True, by=by, at=NOW
            )
            return {(problem.field, problem.code) for problem in report.problems}

    @settings(
        max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate],
        database=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(row=rows(slug))
    def holds(row: dict[str, str]) -> None:
        said = of_model(register.input, row, in_force)
        found = of_file(as_csv(row))
        if not said:
            # The register has questions of its own, behind the check that all doors share.
            assert found == of_file(as_xlsx(row))
            assert not any(code in {"enum", "missing"} for _field, code in found)
        else:
            assert found == said
            assert of_file(as_xlsx(row)) == said
        assert of_page(town.app, register.input, row, in_force) == said

    holds()

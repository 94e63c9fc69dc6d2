"""Whoever holds a paper asks the portal: by number, by its code, by the file, or by a list."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from portal.certificates.keys import KeyMaterial
from portal.certificates.model import Certificate, Paper, PaperKind
from portal.certificates.papers import finish
from portal.certificates.render import render_certificate
from portal.certificates.sign import sign
from portal.certificates.signing_texts import chain_of, code_of, signed_attestation
from portal.verifier import jws
from portal.verifier.chain import read_anchor
from portal.verifier.lists import read_list
from portal.web.keyring import signing_key, trust_anchor
from portal.web.verify import _LARGEST_BODY
from tests.certificates.reading import text_by_poppler
from tests.certificates.samples import POLICY, URL, a_sample_attestation, frozen
from tests.town import Town
from tests.visitors import Visitor
from tests.web.test_certificates import accepted, hears
from tests.web.test_uploads import opened_for_writing


@pytest.fixture
def issued(town: Town) -> Certificate:
    """A certificate whose papers are still to be made."""
    accepted(town, "mekong-net")
    town.visit("chan").opens("/certificates").presses("Issue for mekong-net")
    with town.session() as session:
        made = session.scalars(select(Certificate)).one()
        session.expunge_all()
    return made


def on_a_disk(written: list[str]) -> list[str]:
    """Without the line to the process that judges."""
    return [path for path in written if not path.isdigit() and path != "/dev/null"]


def drops(visitor: Visitor, data: bytes, status: int = 200) -> str:
    """Send a file as the page's form does, without the tests' client, which keeps it on a disk."""
    visitor.opens("/verify")
    token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
    parts = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    parts += '--b\r\nContent-Disposition: form-data; name="file"; filename="paper.pdf"\r\n\r\n'
    body = parts.encode() + data + b"\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    answer = visitor.client.post("/verify", data=body, content_type=kind)
    return visitor._take(answer, "/verify", status).text


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_paper_is_verified_by_file_code_list_and_number(
    town: Town, issued: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    with town.app.app_context():
        key, anchor = signing_key(), read_anchor(trust_anchor())
    with town.session() as session:
        finish(session, 1, key, verify_at="http://127.0.0.1:8000/verify", at=town.now)
        pdf = session.get_one(Paper, (1, PaperKind.CERTIFICATE)).pdf
    public = town.stranger()
    with opened_for_writing() as written, caplog.at_level(logging.INFO):
        said = drops(public, pdf)
    assert on_a_disk(written) == []
    assert "Genuine: signed by the issuer" in said
    assert issued.number in public.heading
    assert "Standing: issued on" in said
    logged = [record.msg for record in caplog.records if "verify" in str(record.msg)]
    assert issued.number not in str(logged)
    # Signed by us, and not what the register holds: by number, or not at all.
    for number, standing in (
        (issued.number, "the register holds ANOTHER paper under this number"),
        ("KH-SP5-2026-000045-2", "the register does not know the number"),
    ):
        other = a_sample_attestation(number=number)
        page = render_certificate(other, frozen(other), POLICY, qr_url=URL)
        said = drops(public, sign(page, key, POLICY, at=town.now))
        assert "Genuine: signed by the issuer" in said
        assert standing in said
    # Its code, as a telephone reads it.
    printed = text_by_poppler(pdf)
    assert f"127.0.0.1:8000/verify/{issued.number}" in printed
    code = _code(issued, key)
    assert "made by the issuer" in public.opens(f"/verify/{issued.number}/{code}").text
    assert "FORGED CODE" in public.opens(f"/verify/{issued.number}/{code[:-2]}AA").text
    assert "FORGED CODE" in public.opens("/verify/KH-SP5-2026-000045-2/x.y.z", 404).text
    # The attestation for machines, for those who may have the paper.
    path = f"/certificates/{issued.number}/attestation.jws"
    signed = town.visit("chea").opens(path).response.get_data(as_text=True).strip()
    assert jws.read(signed, kind="attestation+jwt").payload == issued.attestation
    assert signed == signed_attestation(issued.attestation, key)
    town.visit("tep").opens(path, 404)
    # Revoked: said by the page, on the file, and in the list.
    assert not read_list(_list(public), [anchor]).past
    hears(town, issued.number)
    issuer = town.visit("chan").opens(f"/certificates/{issued.number}/revocation")
    issuer.fills_in(form="revocation", reason="ISSUED_IN_ERROR", sure="yes")
    said = drops(public, pdf)
    assert "Genuine: signed by the issuer" in said
    assert "REVOKED on" in said
    assert "Reason: issued in error." in said
    # What stands against it is seen before that the file is genuine.
    pills = [" ".join(p.text_content().split()) for p in public.page.find_class("pill")]
    assert pills == ["✖ Revoked", "✔ Genuine: signed by the issuer and not changed since."]
    assert "Standing: issued on" in public.opens(f"/verify/{issued.number}").text
    listed = read_list(_list(public), [anchor])
    assert [(one.number, one.standing, one.reason) for one in listed.past] == [
        (issued.number, "REVOKED", "ISSUED_IN_ERROR")
    ]
    assert listed.newest == 1
    assert [one.dump() for one in listed.signers] == chain_of(key)


def _code(issued: Certificate, key: KeyMaterial) -> str:
    return str(code_of(issued.number, issued.attestation_digest, key))


def _list(public: Visitor) -> str:
    return public.opens("/verify/past-numbers.jws").response.get_data(as_text=True)


def test_whatever_else_is_sent_gets_its_verdict_and_is_not_held(town: Town) -> None:
    public = town.stranger()
    for data, said in (
        (b"", "UNREADABLE"),
        (b"GIF89a" + bytes(3_000_000), "It is not a PDF."),
        (b"%PDF-1.7\n%%EOF", "It carries no signature."),
        (b"%PDF-" + bytes(21 * 1024 * 1024), "The file is larger than any paper of ours."),
    ):
        with opened_for_writing() as written:
            assert said in drops(public, data)
        assert on_a_disk(written) == []
        assert "Do not rely on this file." in public.text
    public.opens("/verify?number=KH-SP5-2026-00004")
    assert "its last digit does not fit" in public.text
    assert public.page.xpath("//input[@name='number']/@value") == ["KH-SP5-2026-00004"]
    public.opens("/verify?number=http://secret.invalid/")
    assert "secret" not in public.page.xpath("//input[@name='number']/@value")[0]
    public.opens("/verify").presses("Verify the file", 422)
    assert "Choose the PDF first." in public.text
    drops(public, bytes(_LARGEST_BODY), 413)


def test_the_page_of_a_number_may_be_kept_by_anybody_and_holds_nothing_of_one(
    town: Town, issued: Certificate
) -> None:
    path = f"/verify/{issued.number}"
    first, second = (town.app.test_client().get(path) for _ in range(2))
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in first.headers
    assert first.get_data() == second.get_data()
    assert set(first.vary) >= {"Accept-Language", "Cookie"}
    again = town.app.test_client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    khmer = town.app.test_client().get(path, headers={"Accept-Language": "km"})
    assert khmer.headers["ETag"] != first.headers["ETag"]
    assert b'lang="km"' in town.app.test_client().get(f"{path}?language=km").get_data()
    # Who is signed in gets their own frame, which nobody keeps.
    mine = town.visit("chea").opens(path).response
    assert mine.headers["Cache-Control"] == "no-store"
    assert town.app.test_client().get("/verify/KH-SP5-2026-000045-2").headers["Cache-Control"] == (
        "no-store"
    )

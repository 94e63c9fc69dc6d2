"""Papers by command: issue, finish, export, verify with its exit codes, the trust anchor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.certificates.keys import ensure_development_key, trust_anchor_pem
from portal.period import Period
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.model import DecisionOutcome
from portal.reviews import decide, open_review
from tests.town import Town

OCTOBER = Period(2026, 10)
QUIET = ("takedowns", "blocklists", "training")
ISSUE = ("certificates", "issue", "mekong-net", "2026-10", "--as")


@pytest.fixture
def accepted(town: Town) -> Town:
    """A quiet October of Mekong Net, accepted by Sok."""
    with town.session() as session:
        isp, at, sok = town.bodies["mekong-net"], town.now, town.actors["sok"]
        declare_opening(session, isp, OCTOBER, 0, by=town.actors["chea"], at=at)
        made = prepare(session, isp, OCTOBER, nils=QUIET, by=town.actors["chea"], at=at)
        filing = file(session, isp, OCTOBER, made.no, by=town.actors["meas"], at=at)
        open_review(session, isp, OCTOBER, 1, by=sok, at=at)
        decide(session, filing, DecisionOutcome.ACCEPT, by=sok, at=at)
    return town


def test_a_paper_is_issued_exported_and_verified(accepted: Town, tmp_path: Path) -> None:
    town, paper, anchor = accepted, tmp_path / "paper.pdf", tmp_path / "anchor.pem"
    number = town.runs(*ISSUE, "chan@example.org").strip()
    assert number.startswith("KH-SP5-2026-000001-")
    assert town.runs("certificates", "finish").strip() == "0 finished"
    assert number in town.runs("certificates", "export", number, "-o", str(paper))
    town.runs("keys", "certificate", "-o", str(anchor))

    said = json.loads(town.runs("verify", str(paper), "--trust", str(anchor), "--json"))
    assert (said["verdict"], said["number"], said["status"]) == ("GENUINE", number, "ISSUED")
    assert "Genuine" in town.runs("verify", str(paper))

    town.runs("certificates", "export", "--latest", "--report", "-o", str(tmp_path / "report.pdf"))
    report = json.loads(town.runs("verify", str(tmp_path / "report.pdf"), "--json"))
    assert report["number"] == number
    assert "report" in report["notes"]

    other = tmp_path / "other.pem"
    other.write_bytes(trust_anchor_pem(ensure_development_key(tmp_path / "keys")))
    assert "UNKNOWN SIGNER" in town.runs("verify", str(paper), "--trust", str(other), expect=1)
    changed = bytearray(paper.read_bytes())
    changed[len(changed) // 2] ^= 1
    paper.write_bytes(bytes(changed))
    assert "ALTERED" in town.runs("verify", str(paper), expect=1)
    paper.write_text("no paper at all", encoding="utf-8")
    assert "UNREADABLE" in town.runs("verify", str(paper), expect=2)


def test_what_is_refused_is_said_in_words_and_nothing_is_issued(
    accepted: Town, tmp_path: Path
) -> None:
    town, out = accepted, str(tmp_path / "none.pdf")
    assert "may do this" in town.runs(*ISSUE, "sok@example.org", expect=2)
    refused = (*ISSUE[:2], "tonle-net", *ISSUE[3:], "chan@example.org")
    assert "accepted" in town.runs(*refused, expect=1)
    town.runs(*ISSUE[:2], "nobody", *ISSUE[3:], "chan@example.org", expect=1)
    town.runs(*ISSUE[:3], "2026-13", "--as", "chan@example.org", expect=1)
    town.runs("certificates", "export", "--latest", "-o", out, expect=1)
    town.runs("certificates", "export", "KH-SP5-2026-000001-9", "-o", out, expect=1)
    assert not Path(out).exists()

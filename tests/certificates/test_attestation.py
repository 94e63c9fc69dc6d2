"""What a certificate attests, from a frozen statement and a decision: pure bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.canonical import canonical
from portal.certificates.attestation import Filed, Issue, Judged, attest
from portal.policy import Policy
from portal.policy.pack import read_pack, shipped_pack
from tests.certificates.samples import a_sample_attestation
from tests.golden import holds

AT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
FILED = Filed(
    receipt="R-2026-10-0007-1",
    version=1,
    amends=None,
    filed_at=datetime(2026, 11, 9, 8, 12, 30, tzinfo=UTC),
    cut_off_at=datetime(2026, 11, 9, 8, 12, 30, tzinfo=UTC),
    due_at=datetime(2026, 11, 10, 16, 59, 59, tzinfo=UTC),
    days_late=0,
    statement_digest="5b" * 32,
    waiver=None,
)

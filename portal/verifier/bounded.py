"""Examine a file of a stranger's within hard bounds of time and memory.

The examination unfolds nothing that is not signed, so that a bomb has nowhere to go off; should a
parser be wrong about that, it is a process of its own that dies, and nobody else's (measured: a
tenth of a second more a file).
"""

from __future__ import annotations

import json
import resource
import subprocess  # nosec B404
import sys
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import asn1crypto

from portal.verifier.paper import examine
from portal.verifier.verdict import Verdict, VerdictKind

MOST_MEMORY = 200 * 1024 * 1024
MOST_SECONDS = 2
"""Of a processor; on a machine that has much to do it may take longer, which is bounded, too."""
_PATIENCE = 8
_PLACES = [str(Path(__file__).parents[2]), str(Path(asn1crypto.__file__).parents[1])]
_PROGRAM = (
    f"import sys; sys.path[:0] = {_PLACES!r}; from portal.verifier.bounded import work; work()"
)
_DIED = Verdict(VerdictKind.UNREADABLE, notes=("too-much-work",))


def examine_bounded(
    pdf: bytes, trust: Sequence[bytes], stamps: Sequence[bytes] = (), *, program: str = _PROGRAM
) -> Verdict:
    """``examine``, in a process that has 200 MiB and two seconds and is ended past either; the
    verdict is UNREADABLE then.
    """
    given = [[b64encode(one).decode() for one in anchors] for anchors in (trust, stamps)]
    told = json.dumps(given).encode()
    command = [sys.executable, "-I", "-S", "-c", program]
    with subprocess.Popen(  # nosec B603  # noqa: S603 - our own program, given bytes alone
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            said, _ = process.communicate(told + b"\n" + pdf, timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return _DIED
    return _DIED if process.returncode else _read(said)


def work() -> None:
    """The other process: take its bounds, then the anchors and the file, and say the verdict."""
    for bound, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(bound, (most, most))
    given = json.loads(sys.stdin.buffer.readline())
    trust, stamps = ([b64decode(one) for one in anchors] for anchors in given)
    verdict = examine(sys.stdin.buffer.read(), trust, stamps)
    sys.stdout.write(json.dumps(asdict(verdict), default=datetime.isoformat))


def _read(said: bytes) -> Verdict:
    told = json.loads(said)
    at, figures = told["signed_at"], told["figures"]
    return Verdict(
        **told
        | {
            "kind": VerdictKind(told["kind"]),
            "signed_at": datetime.fromisoformat(at) if at else None,
            "notes": tuple(told["notes"]),
            "figures": None if figures is None else tuple(figures),
        }
    )

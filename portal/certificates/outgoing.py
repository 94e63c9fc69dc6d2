"""What is asked of authorities: the addresses that the settings allow, and no others.

A certificate names where its revocation is asked about, and a certificate may be anybody's: only
machines that the settings list are believed (domain §6.2). No redirects, small answers, short
waits.
"""

from __future__ import annotations

import time
from typing import Final

from requests import RequestException, Response, Session

from portal.authorities import Authorities

_LARGEST: Final = 4 * 1024 * 1024
_PART: Final = 16384


class Away(Exception):
    """An authority cannot be reached, may not be asked, or does not answer as one."""


def ask(authorities: Authorities, address: str, body: bytes | None = None, kind: str = "") -> bytes:
    """The answer to a request (a POST of a body of that media type, or a GET). Raises Away."""
    if not authorities.owns(address):
        raise Away(address)
    headers = {"Content-Type": kind} if kind else {}
    # Who stamps may want to know us; who publishes revocations is never told a password.
    known = authorities.user and address in authorities.stamps
    with Session() as line:
        line.trust_env = False
        try:
            answer = line.request(
                "GET" if body is None else "POST",
                address,
                data=body,
                headers=headers,
                auth=(authorities.user, authorities.password) if known else None,
                timeout=authorities.seconds,
                allow_redirects=False,
                stream=True,
            )
            if answer.status_code != 200:  # noqa: PLR2004
                raise Away(f"{address}: {answer.status_code}")
            return _small(answer, authorities.seconds)
        except RequestException as fault:
            raise Away(address) from fault


def _small(answer: Response, seconds: int) -> bytes:
    held, until = bytearray(), time.monotonic() + seconds
    for part in answer.iter_content(_PART):
        held += part
        if len(held) > _LARGEST or time.monotonic() > until:
            raise Away(answer.url)
    return bytes(held)

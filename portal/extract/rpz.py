"""Response policy zones (draft-vixie-dnsop-dns-rpz), from a file or from the server with them.

Names are compared and counted here and go nowhere. A zone is moved by AXFR (RFC 5936), or by IXFR
(RFC 1995) from the copy that the last run kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import dns.exception
import dns.inet
import dns.name
import dns.query
import dns.rdatatype
import dns.serial
import dns.xfr
import dns.zone

from portal.extract.reading import Refused, read_bytes

SECONDS: Final = 60.0
"""A transfer that takes longer is given up."""
_ROLES: Final = frozenset({dns.rdatatype.SOA, dns.rdatatype.NS})


def read_zone(data: bytes, origin: str) -> dns.zone.Zone:
    """The zone in a file; raises Refused where it is none."""
    try:
        text = data.decode("utf-8-sig")
        # Some zones say no time to live; it is no part of what is compared.
        return dns.zone.from_text(f"$TTL 1\n{text}", origin, relativize=True, check_origin=False)
    except (dns.exception.DNSException, ValueError, KeyError):
        msg = "is not a zone file"
        raise Refused(msg) from None


def transfer(server: str, origin: str, last: dns.zone.Zone | None) -> dns.zone.Zone:
    """The zone as a server (``192.0.2.53`` or ``192.0.2.53:5353``) has it; raises Refused.

    With the copy of the last run only what changed is asked for. A server whose serial went back
    is asked for the whole.
    """
    address, port = _address(server)
    if last is not None and _soa(last) is not None:
        try:
            dns.query.inbound_xfr(address, last, port=port, lifetime=SECONDS)
        except dns.xfr.SerialWentBackwards:
            pass
        except (dns.exception.DNSException, OSError, EOFError):
            raise _untransferred() from None
        else:
            return last
    whole = dns.zone.Zone(origin)
    try:
        query, _ = dns.xfr.make_query(whole, None)
        dns.query.inbound_xfr(address, whole, query, port=port, lifetime=SECONDS)
    except (dns.exception.DNSException, OSError, EOFError):
        raise _untransferred() from None
    return whole


def entries_of(zone: dns.zone.Zone) -> dict[str, str]:
    """What the zone blocks and how: each name below its apex with its records in canonical form.

    Times to live and the apex (SOA, NS: who serves it, and its serial) are no part of it.
    """
    found = {}
    for name, node in zone.nodes.items():
        if name in {dns.name.empty, zone.origin}:
            continue
        records = sorted(
            f"{dns.rdatatype.to_text(one.rdtype)} {each.to_digestable(zone.origin).hex()}"
            for one in node
            if one.rdtype not in _ROLES
            for each in one
        )
        if records:
            found[name.canonicalize().to_text()] = " ".join(records)
    return found


def serial_of(zone: dns.zone.Zone) -> int:
    """The zone's serial; raises Refused where it has none."""
    serial = _soa(zone)
    if serial is None:
        msg = "has no SOA record, and so no serial"
        raise Refused(msg)
    return serial


def went_back(before: int, now: int) -> bool:
    """Whether a serial went back by the arithmetic of RFC 1982 (4294967295 is followed by 0)."""
    return bool(dns.serial.Serial(now) < dns.serial.Serial(before))


def is_in(zone_entries: dict[str, str], name: str) -> bool:
    """Whether a name, written below the zone, stands in it."""
    try:
        wanted = dns.name.from_text(name, None).canonicalize()
    except dns.exception.DNSException:
        msg = "is not a name: give the test entry as it stands below the zone"
        raise Refused(msg) from None
    if wanted.is_absolute():
        wanted = wanted.relativize(dns.name.root)
    return wanted.to_text() in zone_entries


def read_copy(path: Path, origin: str) -> dns.zone.Zone | None:
    """The copy of the last run, if there is one."""
    return read_zone(read_bytes(path), origin) if path.exists() else None


def _soa(zone: dns.zone.Zone) -> int | None:
    found = zone.get_rdataset("@", dns.rdatatype.SOA)
    return int(found[0].serial) if found else None


def _address(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":")
    if not host or (":" in host.strip("[]") and not host.startswith("[")):
        host, port = server, "53"
    try:
        dns.inet.af_for_address(host.strip("[]"))
        return host.strip("[]"), int(port)
    except ValueError:
        msg = "is not the address of a server, such as @192.0.2.53 or @192.0.2.53:5353"
        raise Refused(msg) from None


def _untransferred() -> Refused:
    return Refused(
        "did not hand over the zone: does it answer, and is this machine allowed to ask?"
    )

"""Write what the portal is made of as CycloneDX 1.6 to standard output: `make sbom`.

From requirements.lock and what the installed packages say of their licences; nothing is asked of
anybody, and the same lock gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Iterable
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from locked import HOUSE, LOCK, Pin, normal, pins

_LONGEST = 80
# Who says it in their licence file alone, which a person has read.
_READ = {"huey": "MIT"}


def bill(text: str, setup: ConfigParser) -> dict[str, Any]:
    """The bill of materials of a lock; what only tests and checks need is marked as excluded."""
    found = pins(text)
    portal, version = setup["metadata"]["name"], setup["metadata"]["version"]
    asked = {normal(name) for name in names(setup["options"]["install_requires"])}
    needed = reachable(asked, found)
    root = {"type": "application", "name": portal, "version": version, "bom-ref": portal}
    root["licenses"] = [{"expression": setup["metadata"]["license"]}]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, text)}",
        "version": 1,
        "metadata": {"component": root},
        "components": [component(pin, needed=pin.name in needed) for pin in found],
        "dependencies": [
            {"ref": portal, "dependsOn": [ref(pin) for pin in found if portal in pin.via]},
            *(
                {"ref": ref(pin), "dependsOn": [ref(o) for o in found if pin.name in o.via]}
                for pin in found
            ),
        ],
    }


def component(pin: Pin, *, needed: bool) -> dict[str, Any]:
    """One package; its hashes are those of every file that the lock lets in."""
    said = licences(pin)
    return {
        "type": "library",
        "name": pin.name,
        "version": pin.version,
        "bom-ref": ref(pin),
        "purl": ref(pin),
        "scope": "required" if needed else "excluded",
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in pin.hashes],
        **({"licenses": said} if said else {}),
    }


def licences(pin: Pin) -> list[dict[str, Any]]:
    """What an installed package says of its licence: an SPDX expression, or a name."""
    try:
        told = metadata(pin.name)
    except PackageNotFoundError:
        return []
    if expression := told.get("License-Expression") or _READ.get(pin.name):
        return [{"expression": expression}]
    classes = [each for each in told.get_all("Classifier") or [] if each.startswith("License")]
    named = (told.get("License") or "").strip()
    short = [named] if named and len(named) <= _LONGEST and "\n" not in named else []
    return [{"license": {"name": name}} for name in short or map(_last, classes)]


def reachable(asked: set[str], found: Iterable[Pin]) -> set[str]:
    """The packages asked for, and all that those ask for."""
    needed, pinned = set(asked), list(found)
    while more := {pin.name for pin in pinned if needed & set(pin.via)} - needed:
        needed |= more
    return needed


def _last(classifier: str) -> str:
    return classifier.rpartition(" :: ")[2]


def names(requirements: str) -> list[str]:
    """The names of packages in lines such as ``Flask>=3.1,<3.2``."""
    return re.findall(r"^\s*([A-Za-z0-9._-]+)", requirements, re.MULTILINE)


def ref(pin: Pin) -> str:
    """A package as everybody names it."""
    return f"pkg:pypi/{pin.name}@{pin.version}"


if __name__ == "__main__":
    config = ConfigParser()
    config.read(HOUSE / "setup.cfg")
    json.dump(bill(LOCK.read_text(encoding="utf-8"), config), sys.stdout, indent=1)
    sys.stdout.write("\n")

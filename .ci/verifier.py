"""Pack the verifier into one file that needs Python 3.11 and nothing else: `make verifier`.

It holds portal/verifier, the canonical form, asn1crypto as it is installed, and the Khmer of its
texts. The same sources give the same bytes.
"""

from __future__ import annotations

import ast
import json
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

HOUSE = Path(__file__).resolve().parents[1]
OWN = ("portal/__init__.py", "portal/canonical.py", *(
    str(path.relative_to(HOUSE)) for path in sorted((HOUSE / "portal/verifier").glob("*.py"))
))  # fmt: skip
CATALOGUE = HOUSE / "portal/translations/km/LC_MESSAGES/messages.po"
LIBRARY = "asn1crypto"
ENTRY = """import sys

if sys.version_info < (3, 11):
    sys.exit("verify-certificate needs Python 3.11 or newer")
from portal.verifier.__main__ import main

sys.stdout.reconfigure(encoding="utf-8")
sys.exit(main())
"""
DATE = (1980, 1, 1, 0, 0, 0)


def files() -> Iterator[tuple[str, bytes]]:
    """What goes in, by name."""
    yield "__main__.py", ENTRY.encode()
    for name in OWN:
        yield name, (HOUSE / name).read_bytes()
    yield "portal/verifier/khmer.json", khmer()
    found = distribution(LIBRARY)
    for file in found.files or ():
        name = str(file)
        if (name.startswith(f"{LIBRARY}/") and name.endswith(".py")) or "LICENSE" in name.upper():
            yield name, file.locate().read_bytes()


def khmer() -> bytes:
    """The Khmer of each text in the verifier's sources."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="km")
    said = {text: str(message.string) for text in texts() if (message := catalogue.get(text))}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, indent=0).encode()


def texts() -> set[str]:
    """Every text that the sources mark with ``_``."""
    return {
        node.args[0].value
        for name in OWN
        for node in ast.walk(ast.parse((HOUSE / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip


def packed() -> bytes:
    """The bytes of the file."""
    held = BytesIO()
    held.write(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files()):
            archive.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED, 9)
    return held.getvalue()


if __name__ == "__main__":
    to = Path(sys.argv[1])
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(packed())
    to.chmod(0o755)

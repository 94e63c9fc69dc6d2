"""The private folder in which files lie between being sent and being recorded or thrown away."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from portal.errors import NotThere
from portal.intake.files import LARGEST
from portal.intake.uploads.spool import Spool

NAME_BYTES: Final = 16
MENDING: Final = ".xlsx"
"""What is behind the name of the workbook that says what to mend."""
_OWNER_ONLY: Final = 0o700
# What a workbook holds before it is written is named by the system's library.
_NAMED: Final = re.compile(r"[0-9a-f]{32}(?:\.xlsx|\.part)?|tmp\w{8}")


@dataclass(frozen=True)
class Store:
    """The folder; file names are random and say nothing."""

    folder: Path

    def spool(self, most: int = LARGEST) -> Spool:
        """Where a file that comes in goes, under a new name."""
        self.folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        return Spool(self.folder / secrets.token_hex(NAME_BYTES), most)

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """A file for reading; raises NotThere when it is gone."""
        try:
            file = self.path(name).open("rb")
        except FileNotFoundError:
            raise NotThere("file") from None
        with file:
            yield file

    def path(self, name: str) -> Path:
        """Where the file of an upload lies."""
        return self.folder / name

    def mending(self, name: str) -> Path:
        """Where the workbook lies that says what to mend in it."""
        return self.folder / f"{name}{MENDING}"

    def remove(self, name: str) -> None:
        """Let an upload's files be gone; what is gone already stays so."""
        self.path(name).unlink(missing_ok=True)
        self.mending(name).unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """Everything in it that the portal itself named."""
        found = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        return [path for path in found if _NAMED.fullmatch(path.name)]

    @staticmethod
    def written_at(path: Path) -> datetime:
        """When a file was last written to."""
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)

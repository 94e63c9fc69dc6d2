"""A file on its way in: looked at before any of it touches the disk, and counted while it comes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from pathlib import Path
from typing import IO, Any, Final

from portal.errors import Refusal
from portal.intake.content import HEAD
from portal.intake.files import Empty, TooLarge, is_workbook

_OWNER_ONLY: Final = 0o600
_MIB: Final = 1024 * 1024


class NoRoom(Refusal):
    """The disk of the portal is full: nothing of the file was kept."""

    code = "file-no-room"


class Spool(io.RawIOBase):
    """A file that is written part by part, and read when it is whole.

    Its first bytes are held until they say that it may come in; then it goes to ``path``, which
    its owner alone may read. One that must not come in, or is larger than ``most`` bytes, or for
    which the disk has no room, falls: what had been written is removed, and ``settle`` says why.
    Closed without ``keep``, it is removed as well.
    """

    def __init__(self, path: Path, most: int) -> None:
        super().__init__()
        self.path, self.most = path, most
        self.size = 0
        self.refusal: Refusal | None = None
        self._head = bytearray()
        self._file: IO[bytes] | None = None
        self._sum = hashlib.sha256()
        self._is_kept = False

    @property
    def sha256(self) -> bytes:
        """The digest of what came so far."""
        return self._sum.digest()

    def writable(self) -> bool:
        """Files are written here by whoever reads the request."""
        return True

    def seekable(self) -> bool:
        """Whoever reads requests goes back to the beginning."""
        return True

    def seek(self, _offset: int, _whence: int = os.SEEK_SET, /) -> int:
        """Nothing is read through the spool: ``keep`` says where the file lies."""
        return 0

    def write(self, data: Any, /) -> int:
        """Take a part, or let it fall; says that it was taken all the same."""
        if self.refusal is None and data:
            self.size += len(data)
            self._sum.update(data)
            try:
                self._take(bytes(data))
            except Refusal as refusal:
                self._fall(refusal)
            except OSError:
                self._fall(NoRoom())
        return len(data)

    def settle(self) -> None:
        """The file is whole. Raises why it must not come in, and then nothing of it is left."""
        if self.refusal is None:
            try:
                self._settle()
            except Refusal as refusal:
                self._fall(refusal)
            except OSError:
                self._fall(NoRoom())
        if self.refusal is not None:
            raise self.refusal

    def keep(self) -> Path:
        """Let the file stay where it lies; says where. It must have been settled."""
        self._is_kept = True
        return self.path

    def close(self) -> None:
        """End it; what nobody keeps is removed."""
        if not self.closed:
            self._shut()
            if not self._is_kept:
                self.path.unlink(missing_ok=True)
        super().close()

    def _take(self, data: bytes) -> None:
        if self.size > self.most:
            raise TooLarge(limit_mib=self.most // _MIB)
        if self._file is not None:
            self._file.write(data)
            return
        self._head += data
        if len(self._head) >= HEAD:
            self._open()

    def _open(self) -> None:
        """The first bytes are there: look at them, and only then begin a file."""
        is_workbook(io.BytesIO(self._head))
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = os.fdopen(os.open(self.path, flags, _OWNER_ONLY), "wb")
        self._file.write(self._head)
        self._head.clear()

    def _settle(self) -> None:
        if self._file is None:
            if not self._head:
                raise Empty
            self._open()
        self._shut()

    def _shut(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _fall(self, refusal: Refusal) -> None:
        self.refusal = refusal
        self._head.clear()
        # What a full disk did not take, it need not take.
        with contextlib.suppress(OSError):
            self._shut()
        self.path.unlink(missing_ok=True)

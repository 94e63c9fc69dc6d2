"""Notes kept in a folder beside the database, so that it cannot be rolled back unseen."""

from __future__ import annotations

from pathlib import Path

from portal.trail import Checkpoint
from portal.web.session import settings


def keep_note(signed: Checkpoint) -> Path:
    """Write a checkpoint's note to ``INSTANCE/checkpoints``; what is there already stays."""
    folder = settings().instance / "checkpoints"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{signed.day}-{signed.size}.txt"
    if not path.exists():
        path.write_text(signed.note, encoding="utf-8")
    return path


def kept_notes() -> dict[str, str]:
    """The notes in that folder by file, oldest first."""
    files = sorted((settings().instance / "checkpoints").glob("*.txt"))
    return {str(path): read_note(path) for path in files}


def read_note(path: Path) -> str:
    """The text of a note's file; what cannot be one reads as something that is none."""
    return path.read_bytes().decode("utf-8", "replace")

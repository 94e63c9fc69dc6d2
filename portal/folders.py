"""Where templates, static files and migrations are: in a wheel inside, in a checkout beside us."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder of that name: ``templates``, ``static`` or ``migrations``."""
    packed = PACKAGE / name
    return packed if packed.is_dir() else PACKAGE.parent / name

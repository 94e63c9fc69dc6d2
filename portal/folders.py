"""Where templates, static files and migrations are: in the package of a wheel, beside it in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder of that name: ``templates``, ``static`` or ``migrations``."""
    packed = PACKAGE / name
    return packed if packed.is_dir() else PACKAGE.parent / name

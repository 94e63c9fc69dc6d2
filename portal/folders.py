"""Where templates, static files and migrations are: in a wheel inside, in a checkout beside us; and
files of the owner's alone.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_OWNER_ONLY = 0o600


def folder(name: str) -> Path:
    """The folder of that name: ``templates``, ``static`` or ``migrations``."""
    packed = PACKAGE / name
    return packed if packed.is_dir() else PACKAGE.parent / name


def keep_once(path: Path, make: Callable[[], bytes]) -> None:
    """Make a secret file if it is not there: mode 0600, its folder 0700.

    Two processes that start at once end with the same file: only one of them can link it.
    """
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(fresh, flags, _OWNER_ONLY), "wb") as file:
        file.write(make())
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()

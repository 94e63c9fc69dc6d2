"""``flask`` in a process of its own, forked from one that has imported the portal and done no more.

What costs seconds at each start is the import; the command, its process and its end are real.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess

from flask.cli import main

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["portal.app"])


def start_flask(environment: Mapping[str, str], *words: str) -> BaseProcess:
    """Begin a command of ``flask``; the exit code is there once the process was joined."""
    process = _SERVER.Process(target=_flask, args=(dict(environment), words))
    process.start()
    return process


def _flask(environment: dict[str, str], words: tuple[str, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["flask", "--app", "wsgi", *words]
    main()

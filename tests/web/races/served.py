"""What a server of these tests serves: the app of all tests, at the time that the tests name."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import time_machine

from portal.serving import post_worker_init
from tests.engines import the_app

time_machine.travel(datetime.fromisoformat(os.environ["AT"])).start()
app = the_app(os.environ["DATABASE_URL"], Path(os.environ["INSTANCE"]))
# As a worker of portal.serving does when it has loaded.
post_worker_init(app)
# Races are about numbers: without a key no paper is made, and a number stands without its papers.
app.extensions["settings"] = replace(
    app.extensions["settings"], signing_key=Path(os.environ["INSTANCE"], "no-key")
)

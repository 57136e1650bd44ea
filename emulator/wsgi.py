"""The emulator under any WSGI server: `gunicorn emulator.wsgi:application`, loaded by each of its workers."""

from __future__ import annotations

import os

from emulator.app import create_app
from emulator.desk import Desk
from emulator.guard import Guard
from emulator.recorder import Recorder
from emulator.store import Store
from emulator.upkeep import Upkeep

STORE = os.environ.get("PENDO_EMULATOR_STORE", "exchanges.sqlite3")
# Needed where other machines can connect: the name they ask for can be any.
TOKEN = os.environ.get("PENDO_EMULATOR_TOKEN", "")

recorder = Recorder(Store(STORE), shared=True)
upkeep = Upkeep(recorder).__enter__()
application = create_app(recorder, Desk(recorder), Guard(token=TOKEN))

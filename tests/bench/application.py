"""The emulator as a WSGI application, its store named by the environment."""

from __future__ import annotations

import os
from pathlib import Path

from emulator.app import create_app
from emulator.desk import Desk
from emulator.recorder import Recorder
from emulator.store import Store

_recorder = Recorder(Store(Path(os.environ["PENDO_EMULATOR_STORE"])))
application = create_app(_recorder, Desk(_recorder, None))

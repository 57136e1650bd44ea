"""The emulator for WSGI servers: `gunicorn pendo_emulator.wsgi:application`; each worker must import this module."""

from __future__ import annotations

import os
from pathlib import Path

from pendo_contracts.common.access_policy import AccessPolicy
from pendo_contracts.rules.settings_file import load_rule_settings
from pendo_emulator.app import create_app
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.recorder.store_maintenance import MaintenanceThread
from pendo_emulator.storage.store import Store

STORE = os.environ.get("PENDO_EMULATOR_STORE", "exchanges.sqlite3")
# Needed if other machines can connect, because the access policy does not allow their host names.
TOKEN = os.environ.get("PENDO_EMULATOR_TOKEN", "")

# Without it, the nearest pyproject.toml with a table [tool.pendo-emulator] has the settings of the rules.
SETTINGS = os.environ.get("PENDO_EMULATOR_SETTINGS", "")

# Each open event stream occupies a thread of the server.
MAX_STREAMS = int(os.environ.get("PENDO_EMULATOR_MAX_STREAMS", "2"))

recorder = Recorder(Store(STORE), shared=True, rules=load_rule_settings(Path(SETTINGS) if SETTINGS else None))
maintenance = MaintenanceThread(recorder).__enter__()
application = create_app(recorder, Responder(recorder), AccessPolicy(token=TOKEN), max_streams=MAX_STREAMS)

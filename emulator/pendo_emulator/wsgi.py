"""The emulator for WSGI servers: `gunicorn pendo_emulator.wsgi:application`; each worker must import this module."""

from __future__ import annotations

import os

from pendo_contracts.common.access_policy import AccessPolicy
from pendo_emulator.app import create_app
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.recorder.store_maintenance import MaintenanceThread
from pendo_emulator.storage.store import Store

STORE = os.environ.get("PENDO_EMULATOR_STORE", "exchanges.sqlite3")
# Needed if other machines can connect, because the access policy does not allow their host names.
TOKEN = os.environ.get("PENDO_EMULATOR_TOKEN", "")

recorder = Recorder(Store(STORE), shared=True)
maintenance = MaintenanceThread(recorder).__enter__()
application = create_app(recorder, Responder(recorder), AccessPolicy(token=TOKEN))

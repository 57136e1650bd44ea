"""The emulator as a WSGI application, its store named by the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from emulator.app import create_app
from emulator.recorder import Recorder
from emulator.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

_app = create_app(Recorder(Store(f"sqlite:///{os.environ['PENDO_EMULATOR_STORE']}")))


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request; faults cannot touch the connection here."""
    environ.setdefault("werkzeug.socket", None)
    return _app(environ, start_response)

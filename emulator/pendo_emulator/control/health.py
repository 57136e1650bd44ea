"""Health: what whoever runs the emulator asks it: is it alive, is it ready, what has it counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, current_app

from pendo_emulator.http.response import OutgoingResponse, json_response, problem, response

if TYPE_CHECKING:
    from pendo_emulator.observability.counters import Counters
    from pendo_emulator.recorder.recorder import Recorder

health: Final = Blueprint("health", __name__)

_EXPOSITION: Final = "text/plain; version=0.0.4; charset=utf-8"


@health.get("/healthz")
def alive() -> OutgoingResponse:
    """Say that the emulator runs, and how its store does; 200 either way, for a new start would not mend the store."""
    trouble = current_app.extensions["recorder"].trouble
    return json_response({"status": "degraded" if trouble else "ok", "store": trouble or "ok"})


@health.get("/readyz")
def ready() -> OutgoingResponse:
    """Say whether requests can be recorded, which is tried; 503 and why where they cannot."""
    trouble = current_app.extensions["recorder"].check_writable()
    return problem(503, "the store cannot be written", store=trouble) if trouble else json_response({"status": "ready"})


@health.get("/metrics")
def metrics() -> OutgoingResponse:
    """Give Prometheus its figures."""
    from pendo_emulator.observability.prometheus import expose  # noqa: PLC0415 - loaded when it is first asked for

    recorder: Recorder = current_app.extensions["recorder"]
    counters: Counters = current_app.extensions["counters"]
    return response(expose(recorder, counters), _EXPOSITION)

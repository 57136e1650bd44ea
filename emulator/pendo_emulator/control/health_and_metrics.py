"""Health checks and metrics for the operators of the emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, current_app

from pendo_emulator.control.parameters import recorder
from pendo_emulator.response import OutgoingResponse, json_response, problem, response

if TYPE_CHECKING:
    from pendo_emulator.observability.counters import Counters

health: Final = Blueprint("health", __name__)

_EXPOSITION: Final = "text/plain; version=0.0.4; charset=utf-8"
# With this header a client can check that it talks to an emulator, before it sends any event.
_IDENTITY: Final = {"x-emulator": "pendo-emulator"}


@health.get("/healthz")
def alive() -> OutgoingResponse:
    """Report that the emulator runs, and the state of its store.

    Always 200, because a restart of the process would not repair the store.
    """
    trouble = recorder().access.trouble()
    status = "degraded" if trouble else "ok"
    return json_response({"status": status, "store": trouble or "ok"}).with_headers(_IDENTITY)


@health.get("/readyz")
def ready() -> OutgoingResponse:
    """Write to the store and read it back, to check that requests can be recorded; 503 with the reason if not."""
    trouble = recorder().access.check()
    return problem(503, "the store cannot be used", store=trouble) if trouble else json_response({"status": "ready"})


@health.get("/metrics")
def metrics() -> OutgoingResponse:
    """Return the metrics in Prometheus' text format."""
    from pendo_emulator.observability.prometheus import expose  # noqa: PLC0415 - slow to import, rarely needed

    counters: Counters = current_app.extensions["counters"]
    return response(expose(recorder(), counters), _EXPOSITION)

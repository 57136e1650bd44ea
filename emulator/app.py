"""The application: everything that is addressed to Pendo is received here; the control API is a blueprint beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, request

from contracts.endpoint import ENDPOINTS
from contracts.region import REGIONS
from emulator import content_host, data_host, webhook
from emulator.answer import CORS, problem, unreadable
from emulator.control import control
from emulator.edge import read_envelope
from emulator.exchange import Exchange, ingest

if TYPE_CHECKING:
    from emulator.recorder import Recorder

ANSWERS: Final = {**content_host.ANSWERS, **data_host.ANSWERS, **webhook.ANSWERS}
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_STATUS_OF_FAULT: Final = {"path": 404, "method": 405, "body-size": 413}


def create_app(recorder: Recorder) -> Flask:
    """Wire the emulator: the control API under its own prefix, every other path of every host to Pendo's."""
    app = Flask(__name__)
    app.extensions["recorder"] = recorder
    app.register_blueprint(control)

    @app.route("/", methods=METHODS, provide_automatic_options=False)
    @app.route("/<path:_path>", methods=METHODS, provide_automatic_options=False)
    def receive(_path: str = "") -> Response:
        return respond(ingest(read_envelope(request.environ)), recorder)

    return app


def respond(exchange: Exchange, recorder: Recorder) -> Response:
    """Answer an exchange, once it is recorded."""
    response = _answer(exchange)
    recorded = recorder.record(replace(exchange, status=response.status_code))
    response.headers.update(CORS)
    response.headers["X-Emulator-Exchange"] = str(recorded.id)
    response.headers["X-Emulator-Verdict"] = "good" if recorded.good else "bad"
    return response


def _answer(exchange: Exchange) -> Response:
    beacon = exchange.beacon
    if beacon.endpoint is None:
        return _nothing_here(exchange)
    if beacon.faults:
        return unreadable(exchange, _STATUS_OF_FAULT.get(beacon.faults[0].rule, 400))
    if beacon.preflight:
        return Response(status=204)
    return ANSWERS[beacon.endpoint.name](exchange)


def _nothing_here(exchange: Exchange) -> Response:
    """List what exists: the hosts, the paths, and how the host that was asked is understood."""
    return problem(
        404,
        exchange.beacon.faults[0].message,
        host=exchange.beacon.place.explain(),
        paths=[endpoint.path for endpoint in ENDPOINTS],
        hosts={name: [region.content_host, region.data_host, region.app_host] for name, region in REGIONS.items()},
        without_dns="/_host/<host>/<path> stands for <path> on <host>",
        control="/_emulator/",
    )

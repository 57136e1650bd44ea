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
from emulator.key import key

if TYPE_CHECKING:
    from socket import socket

    from emulator.answer import Answers
    from emulator.recorder import Recorder
    from emulator.subscription import Subscription

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_STATUS_OF_FAULT: Final = {"path": 404, "method": 405, "body-size": 413}


def create_app(recorder: Recorder, agent: str | None = None) -> Flask:
    """Wire the emulator: the control API under its own prefix, every other path of every host to Pendo's.

    `agent` is what pendo.js is made of, a JavaScript expression as `read_agent` writes it; by default the stand-in.
    """
    answers = {**content_host.answers(agent), **data_host.ANSWERS, **webhook.ANSWERS}
    app = Flask(__name__)
    app.extensions["recorder"] = recorder
    app.register_blueprint(control)
    app.register_blueprint(key)

    @app.route("/", methods=METHODS, provide_automatic_options=False)
    @app.route("/<path:_path>", methods=METHODS, provide_automatic_options=False)
    def receive(_path: str = "") -> Response:
        exchange = ingest(read_envelope(request.environ))
        return respond(exchange, recorder, answers, request.environ["werkzeug.socket"])

    return app


def respond(exchange: Exchange, recorder: Recorder, answers: Answers, connection: socket) -> Response:
    """Answer an exchange once it is recorded, as the API key's subscription and its faults will have it."""
    beacon = exchange.beacon
    subscription, fault = recorder.subscription(beacon.api_key), recorder.faults.strike(beacon)
    response = _answer(exchange, subscription.configured(fault.config), answers)
    response.headers.update(CORS)
    fault.spoil(response)
    status, notes = 0 if fault.silent else response.status_code, tuple(subscription.notes(beacon))
    recorded = recorder.record(replace(exchange, status=status, fault=fault.label, notes=notes))
    response.headers.update(_told(recorded))
    fault.disturb(connection)
    return response


def _told(exchange: Exchange) -> dict[str, str]:
    headers = {
        "X-Emulator-Exchange": str(exchange.id),
        "X-Emulator-Verdict": "good" if exchange.good else "bad",
        "X-Emulator-Fault": exchange.fault,
        "X-Emulator-Note": "; ".join(exchange.notes),
    }
    return {name: value for name, value in headers.items() if value}


def _answer(exchange: Exchange, subscription: Subscription, answers: Answers) -> Response:
    beacon = exchange.beacon
    if beacon.endpoint is None:
        return _nothing_here(exchange)
    if beacon.faults:
        return unreadable(exchange, _STATUS_OF_FAULT.get(beacon.faults[0].rule, 400))
    if beacon.preflight:
        return Response(status=204)
    return answers[beacon.endpoint.name](exchange, subscription)


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

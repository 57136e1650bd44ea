"""The application: everything that is addressed to Pendo is received here; the control API is a blueprint beside it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from flask import Flask, request

from emulator.answer import problem
from emulator.control import control
from emulator.database import StoreError
from emulator.edge import read_envelope
from emulator.exchange import ingest
from emulator.key import key

if TYPE_CHECKING:
    from emulator.answer import Answer
    from emulator.desk import Desk
    from emulator.recorder import Recorder

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def create_app(recorder: Recorder, desk: Desk) -> Flask:
    """Wire the emulator: the control API under its own prefix, every other path of every host to the desk.

    The emulator's own listener goes to the desk without Flask: to a client that makes no difference but in time. Under
    another WSGI server, what disturbs a connection (`hang`, `reset`) is answered 502, for it cannot be done from there.
    """
    app = Flask(__name__)
    app.extensions["recorder"] = recorder
    app.register_blueprint(control)
    app.register_blueprint(key)

    @app.errorhandler(StoreError)
    def unavailable(error: StoreError) -> Answer:
        return problem(503, str(error))

    @app.route("/", methods=METHODS, provide_automatic_options=False)
    @app.route("/<path:_path>", methods=METHODS, provide_automatic_options=False)
    def receive(_path: str = "") -> Answer:
        (reply,) = desk.receive([ingest(read_envelope(request.environ))])
        time.sleep(reply.disturbance.get("delay", 0))
        if reply.disturbance.keys() - {"delay"}:
            return problem(502, "this server cannot break a connection: use `pendo-emulator serve`")
        return reply.answer

    return app

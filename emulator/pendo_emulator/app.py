"""The application: everything that is addressed to Pendo is received here; the control API is a blueprint beside it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from pendo_emulator.control.access import DEFAULT_POLICY, HEADERS
from pendo_emulator.control.exchanges import control, key_of
from pendo_emulator.control.health import health
from pendo_emulator.control.key_settings import key
from pendo_emulator.exchange import ingest
from pendo_emulator.http.request import is_ours
from pendo_emulator.http.response import problem, unavailable
from pendo_emulator.http.wsgi_adapter import read_envelope, target
from pendo_emulator.observability.counters import Counters
from pendo_emulator.storage.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.control.access import AccessPolicy
    from pendo_emulator.hosts.responder import Responder
    from pendo_emulator.http.response import OutgoingResponse
    from pendo_emulator.recorder.recorder import Recorder

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OPEN: Final = frozenset({"/healthz", "/readyz"})

log = logging.getLogger("pendo-emulator")


def create_app(
    recorder: Recorder,
    responder: Responder,
    access_policy: AccessPolicy = DEFAULT_POLICY,
    counters: Counters | None = None,
) -> Flask:
    """Wire the emulator: the control API under its own prefix, every other path of every host to the desk.

    The emulator's own listener goes to the desk without Flask: to a client that makes no difference but in time. Under
    another WSGI server, what disturbs a connection (`hang`, `reset`) is answered 502, for it cannot be done from there.
    """
    app = Flask(__name__)
    app.extensions |= {"recorder": recorder, "counters": counters or Counters()}
    app.register_blueprint(control)
    app.register_blueprint(key)
    app.register_blueprint(health)

    @app.errorhandler(StoreError)
    def not_recorded(error: StoreError) -> OutgoingResponse:
        return unavailable(error)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> OutgoingResponse | Response:
        if isinstance(error, HTTPException):
            return app.make_response(error.get_response())
        log.error("a request failed", exc_info=error)
        return problem(500, "the emulator failed; its log says why")

    @app.route("/", methods=METHODS, provide_automatic_options=False)
    @app.route("/<path:_path>", methods=METHODS, provide_automatic_options=False)
    def receive(_path: str = "") -> Response:
        (reply,) = responder.receive([ingest(read_envelope(request.environ))])
        time.sleep(reply.disturbance.get("delay", 0))
        if reply.disturbance.keys() - {"delay"}:
            return app.make_response(problem(502, "this server cannot break a connection: use `pendo-emulator serve`"))
        return app.make_response(reply.answer)

    _fence(app, recorder, access_policy, receive)
    return app


def _fence(app: Flask, recorder: Recorder, access_policy: AccessPolicy, receive: Callable[[], Response]) -> None:
    """Set what is the emulator's own apart from the hosts that it stands for."""

    @app.before_request
    def keep_out() -> OutgoingResponse | Response | None:
        """Guard what is the emulator's own; whether it lives may be asked by anybody, from wherever it is run."""
        if not is_ours(target(request.environ), request.host):
            return receive()
        return (
            None if request.path in OPEN else access_policy.check({k.lower(): v for k, v in request.headers.items()})
        )

    @app.before_request
    def protect() -> None:
        """Keep what somebody asks about from being forgotten."""
        if request.blueprint and request.view_args and "api_key" in request.view_args:
            recorder.mark_in_use(key_of(request.view_args["api_key"]))

    @app.after_request
    def harden(response: Response) -> Response:
        """Let no browser run, frame or keep what the emulator says of itself."""
        if is_ours(target(request.environ), request.host):
            response.headers.extend(HEADERS)
        return response

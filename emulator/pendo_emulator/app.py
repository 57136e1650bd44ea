"""The emulator as a Flask application: the control API, and Pendo's hosts for use under other WSGI servers."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from pendo_contracts.common.access_policy import DEFAULT_POLICY, SECURITY_HEADERS
from pendo_contracts.judge import judge_request
from pendo_emulator.addresses import CONTROL_PREFIX, is_own_request
from pendo_emulator.console.pages import console
from pendo_emulator.console.session import CHANGE_HEADER, has_session, lacks_change_header
from pendo_emulator.control.access_denied import check_access
from pendo_emulator.control.engage.pages import engage
from pendo_emulator.control.exchanges import control
from pendo_emulator.control.faults.profile_views import fault_profiles
from pendo_emulator.control.findings import findings
from pendo_emulator.control.health_and_metrics import health
from pendo_emulator.control.inspections import inspections
from pendo_emulator.control.key_settings import key_settings
from pendo_emulator.control.openapi import openapi
from pendo_emulator.control.parameters import key_of
from pendo_emulator.control.plan import plan
from pendo_emulator.control.profiles.pages import profiles
from pendo_emulator.control.rule_pages import rule_pages, rules
from pendo_emulator.control.source_reports import source_reports
from pendo_emulator.control.timeline.activity import activity
from pendo_emulator.control.timeline.views import timeline
from pendo_emulator.engage.api.blueprint import engage_api
from pendo_emulator.engage.api.routing import is_routed, route_engage_requests
from pendo_emulator.errors import StoreError
from pendo_emulator.events.event_stream import StreamPool
from pendo_emulator.http.fault_plan import plan_fault
from pendo_emulator.http.wsgi_adapter import envelope_from_environ, target_from_environ
from pendo_emulator.observability.counters import Counters
from pendo_emulator.response import INTERNAL_ERROR, problem, unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from pendo_contracts.common.access_policy import AccessPolicy
    from pendo_emulator.hosts.responder import Responder
    from pendo_emulator.recorder.recorder import Recorder
    from pendo_emulator.response import OutgoingResponse

# Another WSGI server can have few threads.
MAX_STREAMS: Final = 2

# Orchestrators request these paths without a token.
PUBLIC_PATHS: Final = frozenset({"/healthz", "/readyz"})

_CANNOT_RESET: Final = problem(502, "this server cannot break a connection: use `pendo-emulator serve`")

log = logging.getLogger("pendo-emulator")


def create_app(
    recorder: Recorder,
    responder: Responder,
    access_policy: AccessPolicy = DEFAULT_POLICY,
    counters: Counters | None = None,
    cnames: Sequence[str] = (),
    max_streams: int = MAX_STREAMS,
) -> Flask:
    """Return the application: the emulator's own paths, the Engage API, and every path of every other host.

    `cnames` are shown by the console.

    `max_streams` is the maximum number of open event streams. Another WSGI server has few threads, and each stream
    occupies one of them.

    The emulator's listener answers Pendo's hosts without Flask, which is faster; the responses are the same. Under
    another WSGI server, a fault that hangs or resets the connection is answered 502, and a fault that sends an answer
    in pieces sends it in one piece at the end of its time: only the listener can do that.
    """
    app = Flask(__name__, static_folder=None)
    app.extensions |= {"recorder": recorder, "counters": counters or Counters()}
    app.extensions["streams"] = StreamPool(recorder.store, max_streams)
    app.extensions |= {"cnames": cnames, "access_policy": access_policy}
    app.register_blueprint(control)
    app.register_blueprint(findings)
    app.register_blueprint(inspections)
    app.register_blueprint(key_settings)
    app.register_blueprint(fault_profiles)
    app.register_blueprint(plan)
    app.register_blueprint(timeline)
    app.register_blueprint(profiles)
    app.register_blueprint(engage)
    app.register_blueprint(activity)
    app.register_blueprint(source_reports)
    app.register_blueprint(health)
    app.register_blueprint(console)
    app.register_blueprint(rule_pages)
    app.register_blueprint(rules)
    app.register_blueprint(openapi)
    _answer_errors(app)
    _answer_pendo_hosts(app, responder)
    _guard_own_paths(app, recorder, access_policy)
    _ignore_upgrades(app, access_policy.hosts)
    route_engage_requests(app, access_policy.hosts)
    app.register_blueprint(engage_api)
    return app


def _answer_errors(app: Flask) -> None:
    @app.errorhandler(StoreError)
    def answer_unavailable(error: StoreError) -> OutgoingResponse:
        return unavailable(error)

    @app.errorhandler(Exception)
    def answer_failure(error: Exception) -> OutgoingResponse | Response:
        if isinstance(error, HTTPException):
            return _http_error_response(error) if (error.code or 0) >= 400 else app.make_response(error.get_response())
        log.error("a request failed", exc_info=error)
        return INTERNAL_ERROR


def _http_error_response(error: HTTPException) -> OutgoingResponse:
    """Return the response for an error of routing or reading a request, with its headers such as Allow."""
    status, message, members = error.code or 500, error.description or error.name, {}
    if status in {404, 405} and request.path.startswith(CONTROL_PREFIX):
        path = request.path.removeprefix(CONTROL_PREFIX).removeprefix("/")
        message, members = f"the control API has no {request.method} {path}", {"index": f"{CONTROL_PREFIX}/"}
    headers = {name.lower(): value for name, value in error.get_headers() if name.lower() != "content-type"}
    return problem(status, message, **members).with_headers(headers)


def _answer_pendo_hosts(app: Flask, responder: Responder) -> None:
    @app.before_request
    def answer() -> OutgoingResponse | None:
        """Answer requests for Pendo's hosts, which have no routes."""
        if is_routed() or _is_own_request():
            return None
        (reply,) = responder.respond([judge_request(envelope_from_environ(request.environ))])
        delay, drip, reset_after = plan_fault(reply.connection_effects)
        time.sleep(delay + drip)
        return reply.response if reset_after is None else _CANNOT_RESET


def _guard_own_paths(app: Flask, recorder: Recorder, access_policy: AccessPolicy) -> None:
    @app.before_request
    def guard() -> OutgoingResponse | None:
        if request.path in PUBLIC_PATHS or request.blueprint in {console.name, rule_pages.name} or is_routed():
            return None  # the console and the Engage API have guards of their own
        headers = {name.lower(): value for name, value in request.headers.items()}
        denial = None if has_session(access_policy, request) else check_access(access_policy, headers, request.method)
        if denial is None and lacks_change_header(request.headers, request.method):
            return problem(403, f"a page changes something only with the header {CHANGE_HEADER}")
        return denial

    @app.before_request
    def mark_key_in_use() -> None:
        """Mark the key of a request as in use, so that retention does not delete its records."""
        if request.blueprint and request.view_args and "api_key" in request.view_args:
            recorder.active_keys.mark_in_use(key_of(request.view_args["api_key"]))

    @app.after_request
    def add_security_headers(response: Response) -> Response:
        """Add headers that forbid browsers to run, frame or cache the emulator's own pages."""
        if _is_own_request():
            for name, value in SECURITY_HEADERS.items():
                response.headers.setdefault(name, value)
        return response


def _ignore_upgrades(app: Flask, own_names: frozenset[str]) -> None:
    """Route a request that offers a WebSocket like any other request; Werkzeug would search a WebSocket route."""
    route = app.wsgi_app

    def route_without_offer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        target = target_from_environ(environ)
        if is_own_request(environ["REQUEST_METHOD"], target, environ.get("HTTP_HOST", ""), own_names):
            environ = environ | {"HTTP_UPGRADE": ""}
        return route(environ, start_response)

    app.wsgi_app = route_without_offer  # type: ignore[method-assign]


def _is_own_request() -> bool:
    own_names = current_app.extensions["access_policy"].hosts
    return is_own_request(request.method, target_from_environ(request.environ), request.host, own_names)

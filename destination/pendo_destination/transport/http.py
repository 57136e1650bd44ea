"""Sends an envelope to a host: the Transport type, and its implementation over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from pendo_contracts.common.loopback import bypass_proxies
from pendo_contracts.wire.envelope import Envelope, Response
from pendo_destination.errors import DestinationError, UnreachableError

if TYPE_CHECKING:
    from typing import Self

    import requests

Transport = Callable[[Envelope], Response]

TIMEOUT: Final = 30.0
MAX_REDIRECTS: Final = 10
HEALTH_PATH: Final = "/healthz"
# Only an emulator sends these headers: the first with its health, the second with the answer to a recorded request.
EMULATOR_HEADER: Final = "x-emulator"
EXCHANGE_HEADER: Final = "x-emulator-exchange"
# The path `/_host/<host>/<path>` of an emulator is `<path>` on `<host>`, for clients without DNS for that host.
EMULATOR_HOST_PATH: Final = "/_host/"

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_REDIRECTS_WITH_BODY: Final = frozenset({307, 308})
# The HTTP client writes these headers itself; recordings of HTTP/2 also have pseudo-headers such as `:authority`.
_WRITTEN_BY_CLIENT: Final = frozenset({"content-length", "transfer-encoding", "connection"})


class HttpTransport:
    """Sends envelopes over HTTP(S) and keeps connections alive.

    With `emulator` (a base URL), every request goes there, redirected ones too, and names its real host in the Host
    header, so neither DNS nor certificates are needed. Requests to an emulator on this machine use no proxy. Without
    `emulator`, requests go to the hosts in their URLs, through the environment's proxies.

    Raises UnreachableError if no answer comes, and DestinationError of the kind `unsendable` for a request that HTTP
    cannot express.
    """

    def __init__(self, emulator: str | None = None) -> None:
        self._emulator = urlsplit(emulator) if emulator else None
        self._session = _open_session(emulator)

    def __call__(self, envelope: Envelope) -> Response:
        """Send one envelope and return the response, after any redirects."""
        response = self._send(envelope)
        for _ in range(MAX_REDIRECTS if self._emulator else 0):
            redirected = follow_redirect(envelope, response)
            if redirected is None:
                break
            envelope = redirected
            response = self._send(envelope)
        return response

    def _send(self, envelope: Envelope) -> Response:
        url, headers = self._address(envelope)
        try:
            response = self._session.request(
                envelope.method,
                url,
                headers=headers,
                data=envelope.body or None,
                timeout=TIMEOUT,
                allow_redirects=self._emulator is None,
            )
        except ValueError as error:  # an invalid URL or header; some of these are an OSError as well
            raise DestinationError(f"{envelope.url} cannot be requested: {error}", kind="unsendable") from error
        except OSError as error:  # the base class of the exceptions that requests raises
            raise UnreachableError(f"no answer from {url}: {failure_reason(error)}") from error
        return Response(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.content)

    def _address(self, envelope: Envelope) -> tuple[str, dict[str, str]]:
        headers = {
            name: value
            for name, value in envelope.headers.items()
            if name.lower() not in _WRITTEN_BY_CLIENT and not name.startswith(":")
        }
        if self._emulator is None:
            return envelope.url, headers
        real_url = urlsplit(envelope.url)
        headers["host"] = real_url.netloc
        return urlunsplit(self._emulator[:2] + real_url[2:]), headers

    def close(self) -> None:
        """Close the kept-alive connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def follow_redirect(envelope: Envelope, response: Response) -> Envelope | None:
    """Return the request that a browser makes after a redirect, or None if the response is not a redirect."""
    location = response.headers.get("location")
    if response.status not in _REDIRECTS or not location:
        return None
    headers = {name: value for name, value in envelope.headers.items() if name.lower() != "host"}
    method, body = envelope.method, envelope.body
    if response.status not in _REDIRECTS_WITH_BODY and method != "HEAD":
        method, body = "GET", b""
    return Envelope(method, urljoin(envelope.url, location), headers, body, envelope.received_at)


def answers_as_emulator(url: str) -> bool:
    """Return whether a URL answers a health check like an emulator; raise UnreachableError if nothing answers."""
    with _open_session(url) as session:
        try:
            response = session.get(urljoin(url, HEALTH_PATH), timeout=TIMEOUT, allow_redirects=False)
        except (OSError, ValueError) as error:
            raise UnreachableError(failure_reason(error)) from error
        return EMULATOR_HEADER in response.headers


def _open_session(emulator: str | None) -> requests.Session:
    import requests  # noqa: PLC0415 - 50 ms of start-up time that explain, conformance and --help do not need

    session = requests.Session()
    if emulator:
        bypass_proxies(session, emulator)
    return session


def failure_reason(error: BaseException) -> str:
    """Return the system's message for a failure that requests and urllib3 have wrapped in their own errors."""
    innermost, pending, seen = error, [error], set[int]()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, OSError) and current.strerror:
            return str(current.strerror)
        innermost = current
        causes = (*current.args, getattr(current, "reason", None), current.__cause__, current.__context__)
        pending += [cause for cause in causes if isinstance(cause, BaseException)]
    return str(innermost) or type(innermost).__name__

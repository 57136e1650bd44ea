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
# The limit of an answer's body, decompressed; the published agent, the largest file that a host serves, is 0.6 MiB.
MAX_ANSWER: Final = 5 * 1024 * 1024
HEALTH_PATH: Final = "/healthz"
# Only an emulator sends these headers: the first with its health, the second with the answer to a recorded request.
EMULATOR_HEADER: Final = "x-emulator"
EXCHANGE_HEADER: Final = "x-emulator-exchange"
# The path `/_host/<host>/<path>` of an emulator is `<path>` on `<host>`, for clients without DNS for that host.
EMULATOR_HOST_PATH: Final = "/_host/"
# The kind of the error for an answer that is too large.
UNUSABLE_ANSWER: Final = "unusable_answer"

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_REDIRECTS_WITH_BODY: Final = frozenset({307, 308})
# A redirect to another origin repeats only these headers, because any other header may contain a secret.
_KEPT_BY_REDIRECTS: Final = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "user-agent"})
_PORTS: Final = {"http": 80, "https": 443}
_CHUNK: Final = 64 * 1024
# The HTTP client writes these headers itself; recordings of HTTP/2 also have pseudo-headers such as `:authority`.
_WRITTEN_BY_CLIENT: Final = frozenset({"content-length", "transfer-encoding", "connection"})


class HttpTransport:
    """Sends envelopes over HTTP(S) and keeps connections alive.

    With `emulator` (a base URL), every request goes there and names its real host in the Host header, so neither DNS
    nor certificates are needed; a redirect to another origin is returned, not followed. Requests to an emulator on this
    machine use no proxy. Without `emulator`, requests go to the hosts in their URLs, through the environment's proxies.
    Cookies of an answer and the passwords in ~/.netrc are not sent.

    Raises UnreachableError if no answer comes, and DestinationError of the kind `unsendable` for a request that HTTP
    cannot express, or UNUSABLE_ANSWER for an answer larger than MAX_ANSWER.
    """

    def __init__(self, emulator: str | None = None) -> None:
        self._emulator = urlsplit(emulator) if emulator else None
        self._session = _open_session(emulator)

    def __call__(self, envelope: Envelope) -> Response:
        """Send one envelope and return the response, after any redirects."""
        response = self._send(envelope)
        for _ in range(MAX_REDIRECTS):
            redirected = follow_redirect(envelope, response)
            if redirected is None or (self._emulator and not _same_origin(envelope.url, redirected.url)):
                break
            envelope = redirected
            response = self._send(envelope)
        return response

    def _send(self, envelope: Envelope) -> Response:
        url = envelope.url
        try:
            url, headers = self._address(envelope)
            response = self._session.request(
                envelope.method,
                url,
                headers=headers,
                data=envelope.body or None,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            with response:
                body = _read_body(response)
        except ValueError as error:  # an invalid URL or header; some of these are an OSError as well
            raise DestinationError(f"{envelope.url} cannot be requested: {error}", kind="unsendable") from error
        except OSError as error:  # the base class of the exceptions that requests raises
            raise UnreachableError(f"no answer from {url}: {failure_reason(error)}") from error
        return Response(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

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
    """Return the request that a browser makes after a redirect, or None if the response is not a redirect.

    Unlike a browser, a redirect to another origin gets neither the body nor headers that may contain a secret.
    """
    location = response.headers.get("location")
    if response.status not in _REDIRECTS or not location:
        return None
    try:
        url = urljoin(envelope.url, location)
        same_origin = _same_origin(envelope.url, url)
    except ValueError:  # the location is not a URL
        return None
    if urlsplit(url).scheme not in _PORTS:
        return None
    headers = {name: value for name, value in envelope.headers.items() if name.lower() != "host"}
    method, body = envelope.method, envelope.body
    if response.status not in _REDIRECTS_WITH_BODY and method != "HEAD":
        method, body = "GET", b""
    if not same_origin:
        if body:
            return None
        headers = {name: value for name, value in headers.items() if name.lower() in _KEPT_BY_REDIRECTS}
    return Envelope(method, url, headers, body, envelope.received_at)


def _same_origin(url: str, other: str) -> bool:
    return _origin(url) == _origin(other)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _read_body(response: requests.Response) -> bytes:
    """Read the decompressed body of a response; raise DestinationError if it is larger than MAX_ANSWER."""
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MAX_ANSWER:
            message = f"the answer of {response.url} is larger than {MAX_ANSWER:,} bytes"
            raise DestinationError(message, kind=UNUSABLE_ANSWER, status=response.status_code)
    return bytes(body)


def answers_as_emulator(url: str) -> bool:
    """Return whether a URL answers a health check like an emulator; raise UnreachableError if nothing answers."""
    with _open_session(url) as session:
        try:
            address = urljoin(url, HEALTH_PATH)
            with session.get(address, timeout=TIMEOUT, allow_redirects=False, stream=True) as response:
                return EMULATOR_HEADER in response.headers
        except (OSError, ValueError) as error:
            raise UnreachableError(failure_reason(error)) from error


def _open_session(emulator: str | None) -> requests.Session:
    from http.cookiejar import DefaultCookiePolicy  # noqa: PLC0415 - requests loads it too

    import requests  # noqa: PLC0415 - 50 ms of start-up time that explain, conformance and --help do not need

    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.auth = _without_credentials
    if emulator:
        bypass_proxies(session, emulator)
    return session


def _without_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add no credentials; without a function for this, requests reads them from ~/.netrc."""
    return request


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

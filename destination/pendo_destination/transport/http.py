"""Sends an envelope to a host: the Transport type, and its implementation over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from pendo_contracts.wire.envelope import Envelope, Response
from pendo_destination.errors import UnreachableError

if TYPE_CHECKING:
    from typing import Self

Transport = Callable[[Envelope], Response]

TIMEOUT: Final = 30.0


class HttpTransport:
    """Sends envelopes over HTTP(S) and keeps connections alive.

    With `emulator` (a base URL), every request goes there and names its real host in the Host header, so neither DNS
    nor certificates are needed. Raises UnreachableError if no answer comes.
    """

    def __init__(self, emulator: str | None = None) -> None:
        import requests  # noqa: PLC0415 - 50 ms of start-up time that explain, conformance and --help do not need

        self._emulator = urlsplit(emulator) if emulator else None
        self._session = requests.Session()

    def __call__(self, envelope: Envelope) -> Response:
        """Send one envelope and return the response, after any redirects."""
        url, headers = self._address(envelope)
        try:
            response = self._session.request(
                envelope.method, url, headers=headers, data=envelope.body or None, timeout=TIMEOUT
            )
        except OSError as error:  # the base class of the exceptions that requests raises
            raise UnreachableError(f"no answer from {url}: {error}") from error
        return Response(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.content)

    def _address(self, envelope: Envelope) -> tuple[str, dict[str, str]]:
        headers = dict(envelope.headers)
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

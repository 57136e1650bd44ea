"""Transport: how an Envelope reaches a host. One callable wide; HTTP by requests is one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from pendo_contracts.envelope import Envelope, Response
from pendo_destination.errors import UnreachableError

if TYPE_CHECKING:
    from typing import Self

Transport = Callable[[Envelope], Response]

TIMEOUT: Final = 30.0


class HttpTransport:
    """Send envelopes over HTTP(S), connections kept alive.

    With `emulator` (a base URL) every request goes there and names its real host in the Host header, so that no DNS
    and no certificate is needed. Raises UnreachableError if no answer comes.
    """

    def __init__(self, emulator: str | None = None) -> None:
        import requests  # noqa: PLC0415 - costs 50 ms that explain, conformance and --help never need

        self._emulator = urlsplit(emulator) if emulator else None
        self._session = requests.Session()

    def __call__(self, envelope: Envelope) -> Response:
        """Send one envelope and wait for its answer; redirects are followed."""
        url, headers = self._address(envelope)
        try:
            response = self._session.request(
                envelope.method, url, headers=headers, data=envelope.body or None, timeout=TIMEOUT
            )
        except OSError as error:  # as all of requests' exceptions are
            raise UnreachableError(f"no answer from {url}: {error}") from error
        return Response(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.content)

    def _address(self, envelope: Envelope) -> tuple[str, dict[str, str]]:
        headers = dict(envelope.headers)
        if self._emulator is None:
            return envelope.url, headers
        asked = urlsplit(envelope.url)
        headers["host"] = asked.netloc
        return urlunsplit(self._emulator[:2] + asked[2:]), headers

    def close(self) -> None:
        """Close the kept-alive connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

"""Reads the recorded requests of a running emulator through its control API."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import requests

from pendo_contracts.common.loopback import bypass_proxies
from pendo_contracts.recordings.entry import Entry, RecordingError
from pendo_contracts.recordings.ndjson_reader import read_request
from pendo_contracts.recordings.parts import Entries
from pendo_contracts.wire.region import is_pendo_host
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.commands._shared.emulator_options import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pendo_contracts.recordings.parts import Part
    from pendo_emulator.commands._shared.emulator_options import RunningEmulator

TIMEOUT: Final = 30.0
PAGE: Final = 500
EMULATOR_HEADER: Final = "x-emulator"

_INVALID: Final = (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)


class EmulatorSource:
    """The exchanges of a running emulator, of one API key (`-` for requests without one) or of all.

    Requests to an emulator on this machine use no proxy.
    """

    required = True
    size = 0

    def __init__(self, emulator: RunningEmulator) -> None:
        self._url, self._token = emulator.url.rstrip("/"), emulator.token
        key = emulator.api_key
        path = "exchanges" if key is None else f"keys/{quote(key, safe='')}/exchanges"
        self._address = f"{self._url}{CONTROL_PREFIX}/{path}"
        self.name = self._url

    def parts(self, cnames: Collection[str], size: int) -> Iterator[Part]:
        """Yield one part for each page of exchanges.

        Raises UnreachableError if nothing answers, and RecordingError if another server answers.
        """
        del cnames, size
        self._check_url()
        with requests.Session() as session:
            bypass_proxies(session, self._url)
            session.auth = self._authorize
            self._check(session)
            after: int | None = 0
            while after is not None:
                page = self._page(session, after)
                entries = tuple(map(_entry, page["exchanges"]))
                yield Entries(entries, sum(len(entry.envelope.body) for entry in entries if entry.envelope), 0.0)
                after = page["next"]

    def _check_url(self) -> None:
        try:
            parts = urlsplit(self._url)
        except ValueError as error:
            raise RecordingError(_no_url(self._url)) from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise RecordingError(_no_url(self._url))
        if is_pendo_host(parts.hostname.rstrip(".")):
            raise RecordingError(f"{self._url} is a real host of Pendo, not an emulator")

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token; this also keeps the password of ~/.netrc out of the request."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _check(self, session: requests.Session) -> None:
        """Check that an emulator answers, before its exchanges are asked for."""
        answer = self._get(session, f"{self._url}/healthz")
        if EMULATOR_HEADER not in answer.headers:
            raise RecordingError(f"the server at {self._url} is not pendo-emulator")

    def _page(self, session: requests.Session, after: int) -> Any:
        answer = self._get(session, f"{self._address}?after={after}&limit={PAGE}")
        try:
            document = answer.json()
        except ValueError:
            document = None
        if not answer.ok or not isinstance(document, dict):
            title = document.get("title") if isinstance(document, dict) else None
            raise RecordingError(f"the emulator at {self._url} answered {answer.status_code}: {title or 'no JSON'}")
        return document

    def _get(self, session: requests.Session, address: str) -> requests.Response:
        try:
            return session.get(address, timeout=TIMEOUT, allow_redirects=False)
        except _INVALID as error:
            raise RecordingError(_no_url(self._url)) from error
        except requests.RequestException as error:
            message = f"no emulator answers at {self._url}: start one with `pendo-emulator serve`"
            raise UnreachableError(message) from error


def _no_url(text: str) -> str:
    return f"{text!r} is not a URL: write it like http://127.0.0.1:8080"


def _entry(exchange: dict[str, Any]) -> Entry:
    """Return an exchange of the control API; it contains a captured request."""
    return replace(read_request(exchange, f"exchange {exchange['id']}"), fault=exchange["fault"])

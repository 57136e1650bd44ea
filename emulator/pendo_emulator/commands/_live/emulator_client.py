"""A client of a running emulator's control API, for commands."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click
import requests

from pendo_contracts.common.loopback import bypass_proxies
from pendo_contracts.common.safe_text import visible
from pendo_contracts.wire.region import is_pendo_host
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.commands._live.event_source_reader import Message, read_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_emulator.commands._shared.emulator_options import RunningEmulator

# In seconds; a stream sends something every 15 seconds.
TIMEOUT: Final = 30.0
NOT_FOUND: Final = 404

_INVALID: Final = (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)


class UnreachableEmulatorError(click.ClickException):
    """An emulator that does not answer; the text says what to do."""

    exit_code = 3


class WrongDocumentError(click.ClickException):
    """A document that the emulator refuses; the text has the place of the mistake."""

    exit_code = 2


class NotFoundError(click.UsageError):
    """The emulator has nothing at a path that exists; the text says what it misses."""


class EmulatorClient:
    """Asks the control API of one emulator; requests to this machine use no proxy."""

    def __init__(self, emulator: RunningEmulator) -> None:
        self._url, self._token = emulator.url, emulator.token
        parts = urlsplit(self._url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise click.UsageError(f"{self._url!r} is not a URL: write it like http://127.0.0.1:8080")
        if is_pendo_host(parts.hostname.rstrip(".")):
            raise click.UsageError(f"{self._url} is a real host of Pendo, not an emulator")
        self._session = requests.Session()
        bypass_proxies(self._session, self._url)
        self._session.auth = self._authorize

    def get(self, path: str, **parameters: str | int) -> Any:
        """Return the JSON of an answer below /_emulator; raise a click error for a failure."""
        with closing(self._ask(path, parameters, {})) as answer:
            return self._document(answer)

    def send(self, method: str, path: str, document: Any, **parameters: str) -> Any:
        """Send JSON below /_emulator and return the JSON of the answer; raise a click error for a failure."""
        with closing(self._ask(path, parameters, {}, method=method, document=document)) as answer:
            return self._document(answer)

    def stream(self, path: str, last_id: str, **parameters: str) -> Iterator[Message]:
        """Yield the messages of a stream, those after `last_id` if it is not empty; end when the stream ends."""
        headers = {"Last-Event-ID": last_id} if last_id else {}
        with closing(self._ask(path, parameters, headers, stream=True)) as answer:
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                raise self._other_server(answer)
            try:
                yield from read_messages(answer)
            except (requests.RequestException, OSError):
                return

    def _ask(
        self,
        path: str,
        parameters: dict[str, Any],
        headers: dict[str, str],
        *,
        stream: bool = False,
        method: str = "GET",
        document: Any = None,
    ) -> requests.Response:
        address = f"{self._url}{CONTROL_PREFIX}/{path}"
        try:
            answer = self._session.request(
                method, address, params=parameters, headers=headers, timeout=TIMEOUT, allow_redirects=False,
                stream=stream, json=document,
            )  # fmt: skip
        except _INVALID as error:
            raise click.UsageError(f"{self._url!r} is not a URL: write it like http://127.0.0.1:8080") from error
        except requests.RequestException as error:
            raise UnreachableEmulatorError(
                f"no emulator answers at {self._url}: start one with `pendo-emulator serve`"
            ) from error
        if not answer.ok:
            raise self._refused(answer)
        return answer

    def _refused(self, answer: requests.Response) -> click.ClickException:
        with closing(answer):
            document = self._document(answer)
        title = document.get("title") if isinstance(document, dict) else None
        if not isinstance(title, str):
            return self._other_server(answer)
        if isinstance(pointer := document.get("pointer"), str):
            return WrongDocumentError(f"{answer.status_code} {_place(pointer, document)}: {visible(title)}")
        text = f"the emulator answered {answer.status_code}: {visible(title)}"
        if answer.status_code == NOT_FOUND:
            return NotFoundError(text)
        return UnreachableEmulatorError(text) if answer.status_code >= 500 else click.UsageError(text)

    def _other_server(self, answer: requests.Response) -> click.ClickException:
        return click.UsageError(f"{self._url} is not a pendo-emulator: it answered {answer.status_code}")

    def _document(self, answer: requests.Response) -> Any:
        try:
            return answer.json()
        except requests.RequestException as error:
            raise self._other_server(answer) from error

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token; this also keeps the password of ~/.netrc out of the request."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _place(pointer: str, document: Mapping[str, Any]) -> str:
    """Return the place of a mistake in a document, and inside an expression."""
    column = document.get("column")
    return visible(pointer) + (f", column {column}" if type(column) is int else "")

"""Reads the recorded requests of a running emulator through its control API."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

import requests
from msgspec.structs import replace

from pendo_contracts.common.loopback import bypass_proxies
from pendo_contracts.common.safe_text import visible
from pendo_contracts.recordings.entry import Entry, RecordingError
from pendo_contracts.recordings.ndjson_reader import read_request
from pendo_contracts.recordings.parts import Entries
from pendo_contracts.wire.json_structure import structure_problem
from pendo_contracts.wire.jzb import DEPTH_LIMIT
from pendo_contracts.wire.region import is_pendo_host
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.commands._shared.emulator_options import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pendo_contracts.recordings.parts import Part
    from pendo_emulator.commands._shared.emulator_options import RunningEmulator

TIMEOUT: Final = 30.0
PAGE: Final = 500
PAGE_BYTES: Final = 64 * 1024 * 1024
SERVER_ERROR: Final = 500
EMULATOR_HEADER: Final = "x-emulator"

_BLOCK: Final = 64 * 1024
_SMALLER: Final = 16
_ID_LIMIT: Final = 2**63
_PAGE_VALUES: Final = 4_000_000
# A page contains the decoded events, and these can be nested as deep as a jzb.
_PAGE_DEPTH: Final = DEPTH_LIMIT + 50

_INVALID: Final = (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)


class _LargePageError(UnreachableError):
    """A page that is too large to be read."""


class _Page(NamedTuple):
    """Exchanges with their ids, and the `after` of the next page."""

    entries: list[tuple[int, Entry]]
    next: int | None


class EmulatorSource:
    """The exchanges of a running emulator, of one API key (`-` for requests without one) or of all.

    Requests to an emulator on this machine use no proxy.
    """

    required = True
    size = 0

    def __init__(self, emulator: RunningEmulator, page: int = PAGE, page_bytes: int = PAGE_BYTES) -> None:
        self._url, self._token = emulator.url.rstrip("/"), emulator.token
        self._page_size, self._page_bytes = page, page_bytes
        key = emulator.api_key
        path = "exchanges" if key is None else f"keys/{quote(key, safe='')}/exchanges"
        self._address = f"{self._url}{CONTROL_PREFIX}/{path}"
        self.name = self._url

    def parts(self, cnames: Collection[str], size: int) -> Iterator[Part]:
        """Yield one part for each page of the exchanges that were recorded before the call.

        Raises UnreachableError if nothing answers, or if the answer is not that of an emulator, and RecordingError if
        another server answers or if the emulator refuses the request.
        """
        del cnames, size
        self._check_url()
        with requests.Session() as session:
            bypass_proxies(session, self._url)
            session.auth = self._authorize
            self._check(session)
            # Without this bound, a check would not end while requests arrive faster than they are judged.
            last = self._last_id(session)
            after: int | None = 0
            while after is not None and after < last:
                page = self._readable_page(session, after)
                entries = [entry for number, entry in page.entries if number <= last]
                yield Entries(tuple(entries), sum(len(entry.envelope.body) for entry in entries if entry.envelope), 0.0)
                after = page.next

    def _readable_page(self, session: requests.Session, after: int) -> _Page:
        """Read a page; if it is too large, read fewer exchanges: decoded events can be much larger than sent ones."""
        limit = self._page_size
        while limit > 1:
            try:
                return self._page(session, after, limit)
            except _LargePageError:
                limit //= _SMALLER
        return self._page(session, after, 1)

    def _last_id(self, session: requests.Session) -> int:
        """Return the id of the last exchange, 0 if there is none; the control API lists the oldest exchanges first."""
        known, unknown = 0, 1
        while (found := self._first_id_after(session, unknown)) is not None:
            known, unknown = found, 2 * found
        # The last id is at least the first id after `low`, and at most `high`.
        low, high = known, unknown
        while low < high:
            middle = (low + high) // 2
            found = self._first_id_after(session, middle)
            if found is None:
                high = middle
            else:
                low = min(found, high)
        return high

    def _first_id_after(self, session: requests.Session, after: int) -> int | None:
        entries = self._page(session, after, 1).entries
        return entries[0][0] if entries else None

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
        with closing(self._get(session, f"{self._url}/healthz")) as answer:
            headers = answer.headers
        if EMULATOR_HEADER not in headers:
            raise RecordingError(f"the server at {self._url} is not pendo-emulator")

    def _page(self, session: requests.Session, after: int, limit: int) -> _Page:
        answer = self._get(session, f"{self._address}?after={after}&limit={limit}")
        with closing(answer):
            document = self._document(answer)
        if not answer.ok:
            title = document.get("title") if isinstance(document, dict) else None
            message = f"the emulator at {self._url} answered {answer.status_code}: {visible(str(title or 'no JSON'))}"
            raise RecordingError(message) if answer.status_code < SERVER_ERROR else UnreachableError(message)
        try:
            return _read_page(document, after)
        except (ValueError, TypeError, KeyError) as error:
            raise self._malformed(str(error)) from error

    def _document(self, answer: requests.Response) -> Any:
        body = bytearray()
        try:
            for block in answer.iter_content(_BLOCK):
                body += block
                if len(body) > self._page_bytes:
                    raise self._malformed(f"a page is larger than {self._page_bytes:,} bytes", _LargePageError)
        except requests.RequestException as error:
            raise UnreachableError(f"the answer of {self._url} is incomplete: {visible(str(error))}") from error
        if problem := structure_problem(bytes(body), _PAGE_VALUES, _PAGE_DEPTH):
            raise self._malformed(f"a page is {problem}", _LargePageError)
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None

    def _malformed(self, problem: str, kind: type[UnreachableError] = UnreachableError) -> UnreachableError:
        return kind(f"the server at {self._url} does not answer like pendo-emulator: {visible(problem)}")

    def _get(self, session: requests.Session, address: str) -> requests.Response:
        try:
            return session.get(address, timeout=TIMEOUT, allow_redirects=False, stream=True)
        except _INVALID as error:
            raise RecordingError(_no_url(self._url)) from error
        except requests.RequestException as error:
            message = f"no emulator answers at {self._url}: start one with `pendo-emulator serve`"
            raise UnreachableError(message) from error


def _no_url(text: str) -> str:
    return f"{text!r} is not a URL: write it like http://127.0.0.1:8080"


def _read_page(document: Any, after: int) -> _Page:
    """Read a page of exchanges; raise ValueError, TypeError or KeyError if it has another form."""
    if not isinstance(document, dict) or not isinstance(document.get("exchanges"), list):
        raise TypeError("`exchanges` is not a list")
    entries, last = [], after
    for exchange in document["exchanges"]:
        number, entry = _entry(exchange)
        if number <= last:
            raise ValueError("the ids do not ascend")
        entries.append((number, entry))
        last = number
    following = document["next"]
    if following is not None and (type(following) is not int or not after < following < _ID_LIMIT):
        raise ValueError("`next` is not an id that follows")
    return _Page(entries, following)


def _entry(exchange: Any) -> tuple[int, Entry]:
    """Return the id and the entry of an exchange of the control API; it contains a captured request."""
    if not isinstance(exchange, dict):
        raise TypeError("an exchange is not an object")
    number, fault = exchange.get("id"), exchange.get("fault")
    if type(number) is not int or number >= _ID_LIMIT or not isinstance(fault, str):
        raise TypeError("an exchange has no `id` or no `fault`")
    return number, replace(read_request(exchange, f"exchange {number}"), fault=fault)

"""Writes the requests of selected events as a HAR or as a capture (NDJSON), request by request."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from pendo_contracts.wire.beacon import split_url
from pendo_emulator.events.selection import select_events
from pendo_emulator.storage.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.wire.envelope import Envelope
    from pendo_emulator.storage.query import StoredExchange
    from pendo_emulator.storage.store import Store

# Requests that are in memory at once.
BATCH: Final = 25
# Bytes of one piece of a file.
PIECE: Final = 128 * 1024
# The latest time that Python's datetime can have, in milliseconds.
_MAX_TIME: Final = 253_402_300_799_000


def select_requests(store: Store, api_key: str | None, query: str) -> Iterator[StoredExchange]:
    """Yield the requests of a key with an event that matches a query, oldest first; all requests for the query "".

    Requests that arrive meanwhile are left out.
    """
    last = store.reader.last_id()
    if not query:
        for stored in store.read_all(Query(api_key)):
            if stored.id > last:
                return
            yield stored
        return
    ids = (number for number, _ in groupby(select_events(store, api_key, query), key=lambda event: event.request))
    while batch := list(islice(ids, BATCH)):
        yield from store.reader.read_ids(batch)


def in_pieces(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Join texts to pieces of at least PIECE bytes, because a server writes each piece separately."""
    piece = bytearray()
    for text in texts:
        piece += text
        if len(piece) >= PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def write_har(requests: Iterable[StoredExchange]) -> Iterator[bytes]:
    """Yield the parts of a HAR 1.2 document."""
    creator = {"name": "pendo-emulator", "version": version("pendo-emulator")}
    yield f'{{"log":{{"version":"1.2","creator":{json.dumps(creator)},"pages":[],"entries":['.encode()
    separator = b"\n"
    for stored in requests:
        yield separator + json.dumps(_har_entry(stored)).encode()
        separator = b",\n"
    yield b"\n]}}\n"


def write_ndjson(requests: Iterable[StoredExchange]) -> Iterator[bytes]:
    """Yield the lines of a capture, one request on each."""
    for stored in requests:
        envelope = stored.envelope
        line = {
            "method": envelope.method,
            "url": envelope.url,
            "headers": dict(envelope.headers),
            **_capture_body(envelope.body),
            "received_at": envelope.received_at,
            "status": stored.status,
            "exchange": stored.id,
            "fault": stored.fault,
        }
        yield json.dumps(line).encode() + b"\n"


def _capture_body(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}


def _har_entry(stored: StoredExchange) -> dict[str, Any]:
    envelope = stored.envelope
    response = {
        "status": stored.status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
        "content": {"size": -1, "mimeType": ""}, "redirectURL": "", "headersSize": -1, "bodySize": -1,
        **({} if stored.status else {"_error": stored.fault or "no answer"}),
    }  # fmt: skip
    return {
        "startedDateTime": _as_iso(envelope.received_at),
        "time": 0,
        "request": _har_request(envelope),
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "_exchange": stored.id,
    }


def _har_request(envelope: Envelope) -> dict[str, Any]:
    query = split_url(envelope.url)[2]
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    posted = {"postData": _post_data(envelope)} if envelope.body else {}
    return {
        "method": envelope.method,
        "url": envelope.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in envelope.headers.items()],
        "queryString": [{"name": unquote(name), "value": unquote(value)} for name, _, value in pairs],
        "headersSize": -1,
        "bodySize": len(envelope.body),
        **posted,
    }


def _post_data(envelope: Envelope) -> dict[str, str]:
    mime_type = envelope.headers.get("content-type", "")
    try:
        return {"mimeType": mime_type, "text": envelope.body.decode()}
    except UnicodeDecodeError:
        return {"mimeType": mime_type, "text": base64.b64encode(envelope.body).decode(), "encoding": "base64"}


def _as_iso(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(min(max(milliseconds, 0), _MAX_TIME) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

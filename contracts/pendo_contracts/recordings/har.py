"""Reads HAR 1.2 files."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pendo_contracts.endpoint import find_endpoint
from pendo_contracts.envelope import Envelope
from pendo_contracts.recordings.entry import Entry, describe_error, to_bytes, valid_url
from pendo_contracts.region import locate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


def read_har(file: Path, cnames: Collection[str]) -> Iterator[Entry]:
    """Yield the requests to Pendo's hosts, to `cnames` or to Pendo's paths; skip everything else a page loaded."""
    return (entry for entry in _entries(file) if _concerns_pendo(entry, cnames))


def _entries(file: Path) -> Iterator[Entry]:
    try:
        entries = json.loads(file.read_bytes())["log"]["entries"]
    except (ValueError, KeyError, TypeError) as error:
        yield Entry(file.name, None, f"not a HAR 1.2 file: {describe_error(error)}")
        return
    for number, entry in enumerate(entries):
        where = f"{file.name}#{number}"
        try:
            yield Entry(where, _envelope(entry))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            yield Entry(where, None, f"not a HAR entry: {describe_error(error)}")


def _envelope(entry: Any) -> Envelope:
    request = entry["request"]
    headers = {header["name"].lower(): header["value"] for header in request.get("headers", [])}
    posted = request.get("postData") or {}
    text = posted.get("text") or ""
    body = base64.b64decode(text) if posted.get("encoding") == "base64" else to_bytes(text)
    # Chromium writes the length that the browser would have sent, even where it leaves the body out.
    headers.pop("content-length", None)
    started = datetime.fromisoformat(entry["startedDateTime"])
    return Envelope(request["method"], valid_url(request["url"]), headers, body, int(started.timestamp() * 1000))


def _concerns_pendo(entry: Entry, cnames: Collection[str]) -> bool:
    if entry.envelope is None:
        return True
    url = urlsplit(entry.envelope.url)
    place = locate(url.netloc)
    return place.kind in {"region", "unlisted"} or place.host in cnames or find_endpoint(url.path) is not None

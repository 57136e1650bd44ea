"""Recordings: NDJSON (one Envelope a line) and HAR 1.2, read into Envelopes with the place each came from."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pendo_contracts.endpoint import find_endpoint
from pendo_contracts.envelope import Envelope
from pendo_contracts.region import locate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

HAR_SUFFIX: Final = ".har"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry of a recording: where it stands (`file:line`, `file#entry`) and its Envelope, or why it has none."""

    where: str
    envelope: Envelope | None
    problem: str = ""


def read_recording(file: Path, cnames: Collection[str] = ()) -> Iterator[Recorded]:
    """Read a recording; an entry that cannot be read becomes a Recorded with a problem, and the rest follows.

    Of a HAR, which holds everything a page loaded, only requests to Pendo's hosts, to `cnames` or to Pendo's paths
    are taken. Raises OSError if the file cannot be read.
    """
    if file.suffix == HAR_SUFFIX:
        yield from (entry for entry in _read_har(file) if _concerns_pendo(entry, cnames))
    else:
        yield from _read_ndjson(file)


def _read_ndjson(file: Path) -> Iterator[Recorded]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _recorded(f"{file.name}:{number}", line)


def _recorded(where: str, line: bytes) -> Recorded:
    try:
        return Recorded(where, _envelope(json.loads(line)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return Recorded(where, None, f"not a recorded request: {_reason(error)}")


def _envelope(entry: Any) -> Envelope:
    headers = {name.lower(): str(value) for name, value in entry.get("headers", {}).items()}
    body = base64.b64decode(entry["body_base64"]) if "body_base64" in entry else _text(entry.get("body") or "")
    return Envelope(entry["method"], _url(entry["url"]), headers, body, int(entry.get("received_at", 0)))


def _read_har(file: Path) -> Iterator[Recorded]:
    try:
        entries = json.loads(file.read_bytes())["log"]["entries"]
    except (ValueError, KeyError, TypeError) as error:
        yield Recorded(file.name, None, f"not a HAR 1.2 file: {_reason(error)}")
        return
    for number, entry in enumerate(entries):
        where = f"{file.name}#{number}"
        try:
            yield Recorded(where, _har_envelope(entry))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            yield Recorded(where, None, f"not a HAR entry: {_reason(error)}")


def _har_envelope(entry: Any) -> Envelope:
    request = entry["request"]
    headers = {header["name"].lower(): header["value"] for header in request.get("headers", [])}
    posted = request.get("postData") or {}
    text = posted.get("text") or ""
    body = base64.b64decode(text) if posted.get("encoding") == "base64" else _text(text)
    # Chromium gives the length the browser would have sent, also where it leaves the body out.
    headers.pop("content-length", None)
    started = datetime.fromisoformat(entry["startedDateTime"])
    return Envelope(request["method"], _url(request["url"]), headers, body, int(started.timestamp() * 1000))


def _url(url: str) -> str:
    urlsplit(url)
    return url


def _text(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _concerns_pendo(entry: Recorded, cnames: Collection[str]) -> bool:
    if entry.envelope is None:
        return True
    url = urlsplit(entry.envelope.url)
    place = locate(url.netloc)
    return place.kind in {"region", "unlisted"} or place.host in cnames or find_endpoint(url.path) is not None


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]!r}"
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, binascii.Error)):
        return str(error)
    return f"it does not have the form {{method, url, headers, body, received_at}} ({error})"

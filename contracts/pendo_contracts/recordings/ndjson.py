"""Reads NDJSON captures: one request a line, as `{method, url, headers, body, received_at}`."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from pendo_contracts.envelope import Envelope
from pendo_contracts.recordings.entry import Entry, describe_error, to_bytes, valid_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_ndjson(file: Path) -> Iterator[Entry]:
    """Yield an entry for each line that is not blank."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _entry(f"{file.name}:{number}", line)


def _entry(where: str, line: bytes) -> Entry:
    try:
        return Entry(where, _envelope(json.loads(line)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return Entry(where, None, f"not a recorded request: {describe_error(error)}")


def _envelope(entry: Any) -> Envelope:
    headers = {name.lower(): str(value) for name, value in entry.get("headers", {}).items()}
    body = base64.b64decode(entry["body_base64"]) if "body_base64" in entry else to_bytes(entry.get("body") or "")
    return Envelope(entry["method"], valid_url(entry["url"]), headers, body, int(entry.get("received_at", 0)))

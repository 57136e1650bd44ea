"""Reads a recording of any format: HAR, capture or store; plain, compressed or in an archive."""

from __future__ import annotations

import json
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

from pendo_contracts.recordings.entry import Entry, RecordingError
from pendo_contracts.recordings.har_reader import read_har
from pendo_contracts.recordings.ndjson_reader import read_ndjson, read_requests
from pendo_contracts.recordings.opening import is_store, local_file, open_text
from pendo_contracts.recordings.store_reader import read_store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pendo_contracts.recordings.opening import ReadBody


def read_recording(source: Path | str, cnames: Collection[str] = ()) -> Iterator[Entry]:
    """Yield the requests of a recording; `-` is standard input.

    The format is recognized by the content, not by the file name. From a HAR only requests to Pendo's hosts, to
    `cnames` or to Pendo's paths are read. An entry that cannot be read gets a `problem`; the following entries are read
    as usual. Raises OSError if the file cannot be opened and RecordingError if it is not a recording.
    """
    with local_file(source) as (file, name):
        if is_store(file):
            yield from read_store(file)
            return
        with open_text(file) as (text, read_body):
            yield from _read_text(text, name, cnames, read_body)


def _read_text(text: IO[bytes], name: str, cnames: Collection[str], read_body: ReadBody) -> Iterator[Entry]:
    blank, first = _first_line(text)
    value = _parse(first)
    if isinstance(value, dict) and not isinstance(value.get("log"), dict):
        yield from read_ndjson(chain(blank, [first], text), name)
        return
    rest = text.read()
    document = value if not rest.strip() else _parse(first + rest)
    if isinstance(document, dict) and isinstance(document.get("log"), dict):
        yield from read_har(document["log"], name, cnames, read_body)
    elif isinstance(document, list):
        yield from read_requests(((item, f"{name}#{number}") for number, item in enumerate(document)), name)
    elif isinstance(document, dict):
        yield from read_ndjson([json.dumps(document).encode()], name)
    else:
        yield from read_ndjson(chain(blank, (first + rest).splitlines(keepends=True)), name)


def _first_line(text: IO[bytes]) -> tuple[list[bytes], bytes]:
    """Return the blank lines at the start, and the first line that is not blank."""
    blank: list[bytes] = []
    for line in text:
        if line.strip():
            return blank, line
        blank.append(line)
    return blank, b""


def _parse(text: bytes) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise RecordingError("the JSON is nested too deep for a recording") from error
    except ValueError:
        return None

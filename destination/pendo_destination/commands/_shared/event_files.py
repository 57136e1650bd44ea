"""Reads files of Segment events: NDJSON, one JSON array, or pretty-printed JSON; plain, compressed, or from stdin."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import IO

# The first line of pretty-printed JSON, or of an array on one line, ends with one of these.
_LINE_ENDS: Final = (b"{", b"[", b",", b"]")
_SPACE: Final = " \t\n\r"
_DECODER: Final = json.JSONDecoder()


class EventFile(Struct, frozen=True):
    """A file of Segment events; `documents` are its events unless it has one on each line."""

    path: Path
    name: str
    documents: Sequence[Any] | None

    @property
    def size(self) -> int:
        """The size of the file in bytes."""
        return self.path.stat().st_size

    def lines(self) -> Iterator[tuple[str, bytes]]:
        """Yield each event as one line of JSON, with its position. Lines that are not JSON are yielded too.

        Raises click.UsageError if a compressed file turns out to be damaged.
        """
        from pendo_contracts.recordings.opening import open_text  # noqa: PLC0415 - 40 ms that --help does not need

        if self.documents is not None:
            for number, document in enumerate(self.documents):
                yield f"{self.name}#{number}", json.dumps(document).encode()
            return
        with _usage_errors(), open_text(self.path) as (text, _):
            for number, line in enumerate(text, 1):
                yield f"{self.name}:{number}", line


@contextmanager
def open_events(source: Path) -> Iterator[EventFile]:
    """Open a file of Segment events, `-` for stdin; raise click.UsageError if it contains other data."""
    from pendo_contracts.recordings.opening import local_file  # noqa: PLC0415 - 40 ms that --help does not need

    with local_file(source) as (path, name):
        with _usage_errors():
            documents = _read_documents(path, name)
        yield EventFile(path, name, documents)


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Raise click.UsageError for a file that cannot be read."""
    from pendo_contracts.recordings.entry import RecordingError  # noqa: PLC0415 - 40 ms that --help does not need

    try:
        yield
    except (OSError, RecordingError) as error:
        raise click.UsageError(str(error)) from error


def _read_documents(path: Path, name: str) -> list[Any] | None:
    """Return the events of a file, or None if the file has one event on each line."""
    from pendo_contracts.recordings.opening import is_store, open_text  # noqa: PLC0415 - 40 ms that --help saves

    if is_store(path):
        raise _recording_error(name)
    with open_text(path) as (text, _):
        first, value = _first_value(text)
        if isinstance(value, dict) and not _is_recording(value):
            return None
        documents = [value] if isinstance(value, dict) else _parse_all(first, text)
    if documents is None:
        return None
    if any(map(_is_recording, documents)):
        raise _recording_error(name)
    events = documents[0] if len(documents) == 1 and isinstance(documents[0], list) else documents
    if not any(map(_is_event, events)):
        raise click.UsageError(f"{name} is JSON without Segment events: an event is an object with a `type`")
    return events


def _first_value(text: IO[bytes]) -> tuple[bytes, Any]:
    """Return the first line that is not blank, and its JSON value, or None if the line is not JSON."""
    first = next((line for line in text if line.strip()), b"")
    try:
        return first, json.loads(first)
    except (ValueError, RecursionError):
        return first, None


def _parse_all(first: bytes, rest: IO[bytes]) -> list[Any] | None:
    """Return the JSON values of a text if a value has several lines or the text is one array, otherwise None."""
    start = first.strip()
    if not start.startswith((b"{", b"[")) or not start.endswith(_LINE_ENDS):
        return None
    try:
        return list(_parse_values((first + rest.read()).decode()))
    except (ValueError, RecursionError):
        return None


def _parse_values(text: str) -> Iterator[Any]:
    text, position = text.rstrip(_SPACE), 0
    while position < len(text):
        while text[position] in _SPACE:
            position += 1
        value, position = _DECODER.raw_decode(text, position)
        yield value


def _is_event(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str)


def _is_recording(value: Any) -> bool:
    if not isinstance(value, dict) or _is_event(value):
        return False
    return isinstance(value.get("log"), dict) or ("url" in value and "method" in value)


def _recording_error(name: str) -> click.UsageError:
    return click.UsageError(
        f"{name} is a recording of requests, not Segment events: send it again with `pendo-destination replay`, or "
        "check it with `pendo-emulator check`"
    )

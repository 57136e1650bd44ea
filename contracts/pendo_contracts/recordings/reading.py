"""Reads a recording of any format: HAR, capture or store; plain, compressed or in an archive."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias, cast

from msgspec import Struct

from pendo_contracts.recordings.entry import Entry, RecordingError, read_or_explain
from pendo_contracts.recordings.har_reader import HarReader
from pendo_contracts.recordings.json_stream import VALUE_LIMIT, DamagedJsonError, JsonStream, TooLargeError
from pendo_contracts.recordings.line_splitter import split_lines
from pendo_contracts.recordings.ndjson_reader import DEPTH_LIMIT, read_request
from pendo_contracts.recordings.opening import Rewound, is_store, local_file, open_text
from pendo_contracts.recordings.parts import PART_SIZE, split_entries, split_rows
from pendo_contracts.recordings.store_reader import read_rows
from pendo_contracts.wire.json_structure import structure_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from pendo_contracts.recordings.opening import ReadBody
    from pendo_contracts.recordings.parts import Part

_HEAD: Final = 64 * 1024
_HAR: Final = re.compile(rb'\s*\{\s*"log"\s*:\s*\{')
_ARRAY: Final = re.compile(rb"\s*\[\s*\{")
_Numbered: TypeAlias = tuple[int, Any]
# A document of 64 MiB that is read as a whole can need 500 MB of memory.
_DOCUMENT_VALUES: Final = 4_000_000


def read_recording(source: Path | str, cnames: Collection[str] = ()) -> Iterator[Entry]:
    """Yield the requests of a recording; `-` is standard input.

    The format is recognized by the content, not by the file name. From a HAR only requests to Pendo's hosts, to
    `cnames` or to Pendo's paths are read. An entry that cannot be read gets a `problem`; the following entries are read
    as usual. Raises OSError if the file cannot be opened and RecordingError if it is not a recording.
    """
    name, problem, requests = "", "", 0
    for part in read_parts(source, cnames):
        for entry in part.entries():
            requests += not entry.foreign
            if entry.foreign and not problem:
                name, problem = entry.where, entry.problem
            yield entry
    if problem and not requests:
        raise RecordingError(not_a_recording(name, problem))


def not_a_recording(where: str, problem: str) -> str:
    """Return the text for a file without any request; `where` and `problem` are those of its first entry."""
    name = re.sub(r"[:#]\d+\Z", "", where)
    return f"{name} is not a recording; {where}: {problem}"


def read_parts(
    source: Path | str,
    cnames: Collection[str] = (),
    name: str = "",
    size: int = PART_SIZE,
    har: HarReader | None = None,
) -> Iterator[Part]:
    """Yield the parts of a recording, of about `size` bytes each; `name` replaces the file's name.

    `har` replaces the reader of HAR entries, which takes only requests to Pendo. Lines are not read, so that other
    processes can do it. Memory is bounded, whatever the size of the recording. Raises the errors of read_recording,
    except that the caller must recognize a file without any request.
    """
    with local_file(source) as (file, file_name):
        name = name or file_name
        if is_store(file):
            yield from split_rows(read_rows(file), name, size)
            return
        file_size = file.stat().st_size or 1
        with file.open("rb") as raw, open_text(file, raw) as (text, read_body):
            har = har or HarReader(cnames)
            yield from _Text(text, name, har, read_body, size, lambda: min(1.0, raw.tell() / file_size)).parts()


class _Text(Struct, frozen=True):
    """The opened text of a recording, and the settings of read_parts."""

    stream: IO[bytes]
    name: str
    har: HarReader
    read_body: ReadBody
    size: int
    done: Callable[[], float]

    def parts(self) -> Iterator[Part]:
        """Recognize the format and yield the parts."""
        head = self.stream.read(_HEAD)
        ended = len(head) < _HEAD
        line, whole_line = _first_line(head, ended=ended)
        if _HAR.match(head):
            yield from self._split(self._har(self._rewound(head)))
        elif not ended and _ARRAY.match(head) and not (whole_line and _parse(line) is not None):
            yield from self._split(self._array(self._rewound(head)))
        elif ended or self._may_be_document(line, whole_line=whole_line):
            yield from self._document(head if ended else head + self.stream.read(VALUE_LIMIT))
        else:
            yield from self._lines(self._rewound(head))

    def _may_be_document(self, line: bytes, *, whole_line: bool) -> bool:
        """Return whether a large text is one JSON document: its first line is a HAR, or continues on the next line."""
        if not whole_line:
            return line.startswith(b"[") or b'"log"' in line
        value = _parse(line)
        return _is_har(value) or (value is None and _continues(line))

    def _document(self, text: bytes) -> Iterator[Part]:
        """Read a text in memory: a JSON document, otherwise lines."""
        document = _parse(text)
        if _is_har(document):
            for member, value in document["log"].items():
                self.har.read_member(member, value)
            entries = document["log"].get("entries")
            items = enumerate(entries if isinstance(entries, list) else ())
            yield from self._split(self._har_entries(items))
        elif isinstance(document, list):
            yield from self._split(self._requests(enumerate(document)))
        elif isinstance(document, dict) and _parse(_first_line(text, ended=True)[0]) is None:
            yield from self._split(iter([read_request(document, f"{self.name}:1")]))
        else:
            problem = structure_problem(text, _DOCUMENT_VALUES, DEPTH_LIMIT)
            if problem and _continues(_first_line(text, ended=True)[0]):
                raise RecordingError(f"{self.name} is not a recording: the JSON is {problem}")
            yield from self._lines(self._rewound(text))

    def _lines(self, stream: IO[bytes]) -> Iterator[Part]:
        return split_lines(stream, self.name, self.size, self.done)

    def _split(self, entries: Iterator[Entry]) -> Iterator[Part]:
        return split_entries(((entry, self.done()) for entry in entries), self.size)

    def _har(self, stream: IO[bytes]) -> Iterator[Entry]:
        return self._until_damage(stream, self._har_values, self._har_entries)

    def _array(self, stream: IO[bytes]) -> Iterator[Entry]:
        return self._until_damage(stream, _array_values, self._requests)

    def _until_damage(
        self,
        stream: IO[bytes],
        values: Callable[[JsonStream], Iterator[_Numbered]],
        read: Callable[[Iterator[_Numbered]], Iterator[Entry]],
    ) -> Iterator[Entry]:
        """Yield the entries before the first damage, and then an unreadable entry that describes the damage."""
        entered = False

        def counted() -> Iterator[_Numbered]:
            nonlocal entered
            for value in values(JsonStream(stream)):
                entered = True
                yield value

        try:
            yield from read(counted())
        except DamagedJsonError as error:
            yield Entry(self.name, None, f"the file is damaged: {error}", foreign=not entered, damaged=True)

    def _har_entries(self, values: Iterator[_Numbered]) -> Iterator[Entry]:
        for number, value in values:
            where = f"{self.name}#{number}"
            if isinstance(value, TooLargeError):
                yield Entry(where, None, f"the entry is {value}")
            elif (entry := read_or_explain(partial(self._har_entry, value, where), where)) is not None:
                yield entry

    def _har_entry(self, value: Any, where: str) -> Entry | None:
        return self.har.read_entry(value, where, self.read_body)

    def _har_values(self, cursor: JsonStream) -> Iterator[_Numbered]:
        """Yield the values of the array `entries` in the object `log`; skip the values outside `log`."""
        for name in cursor.members():
            if name == "log" and cursor.peek() == "{":
                for member in cursor.members():
                    if member == "entries" and cursor.peek() == "[":
                        yield from _items(cursor)
                    else:
                        self.har.read_member(member, _value(cursor))
            else:
                _value(cursor)
        cursor.end()

    def _requests(self, values: Iterator[_Numbered]) -> Iterator[Entry]:
        for number, value in values:
            where = f"{self.name}#{number}"
            too_large = isinstance(value, TooLargeError)
            yield Entry(where, None, f"the entry is {value}") if too_large else read_request(value, where)

    def _rewound(self, head: bytes) -> IO[bytes]:
        return cast("IO[bytes]", Rewound(head, self.stream))


def _array_values(cursor: JsonStream) -> Iterator[_Numbered]:
    yield from _items(cursor)
    cursor.end()


def _items(cursor: JsonStream) -> Iterator[_Numbered]:
    return ((number, _value(cursor)) for number in cursor.items())


def _value(cursor: JsonStream) -> Any:
    """Read a value; return the error for a value that is too large."""
    try:
        return cursor.value()
    except TooLargeError as error:
        return error


def _is_har(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("log"), dict)


def _first_line(head: bytes, *, ended: bool) -> tuple[bytes, bool]:
    """Return the first line that is not blank, and whether it is complete."""
    text = head.lstrip()
    line, end, _ = text.partition(b"\n")
    return line.rstrip(), bool(end) or ended


def _continues(line: bytes) -> bool:
    """Return whether a line is the start of a JSON document, without an error before its end."""
    try:
        json.loads(line)
    except json.JSONDecodeError as error:
        return not error.msg.startswith("Unterminated") and error.pos >= len(error.doc)
    except (ValueError, RecursionError):
        return False
    return False


def _parse(text: bytes) -> Any:
    if structure_problem(text, _DOCUMENT_VALUES, DEPTH_LIMIT):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None

"""Redacts a recording of any format: a HAR stays a HAR, everything else becomes a capture."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.har_reader import HarReader
from pendo_contracts.recordings.reading import not_a_recording, read_parts
from pendo_contracts.redaction.request_redactor import RequestRedactor
from pendo_emulator.capsule.har_entry_redactor import HarEntryRedactor, read_any_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.recordings.opening import ReadBody
    from pendo_contracts.wire.envelope import Envelope

HAR_NAME: Final = "recording.har"
CAPTURE_NAME: Final = "recording.ndjson"
MAX_ENTRIES: Final = 200_000

# Lines and entries that cannot be read, each for one reason.
_UNREADABLE_LINE: Final = {"method": 1, "url": "unreadable"}
_RECORDERS: Final = (
    "WebInspector", "Firefox", "Playwright", "Chromium", "Charles Proxy", "Fiddler", "mitmproxy",
    "WebKit Web Inspector", "BrowserUp", "BrowserMob Proxy", "Proxyman", "Insomnia", "Postman", "pendo-emulator",
    "Safari", "Edge", "HTTP Toolkit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RedactedRecording:
    """A recording without personal data.

    `name` and `data` are those of its file. `kept` are the values that stay, with the reasons, `replaced` the values of
    the original that are replaced as a whole.
    """

    name: str
    data: bytes
    kept: Mapping[str, str]
    replaced: frozenset[str]
    entries: int


def redact_recording(file: Path, key: bytes | None = None) -> RedactedRecording:
    """Return a recording with pseudonyms; without a key, the pseudonyms are other ones each time.

    Raises OSError if the file cannot be opened, and RecordingError if it is not a recording, if it is damaged, or if it
    has more than MAX_ENTRIES entries.
    """
    requests = RequestRedactor(key)
    _collect(file, requests)
    reader = _RedactingReader(requests)
    lines: list[bytes] = []
    foreign, entries = ("", ""), 0
    for entry in _entries(file, reader):
        if reader.entered:
            continue
        entries += not entry.foreign
        if entry.foreign and not foreign[1]:
            foreign = entry.where, entry.problem
        lines.append(_line(entry, requests.redact))
    if foreign[1] and not entries:
        raise RecordingError(not_a_recording(*foreign))
    if reader.entered or not lines:
        return RedactedRecording(
            HAR_NAME, reader.document(), requests.text.kept, frozenset(requests.text.replaced), len(reader.entries)
        )
    return RedactedRecording(
        CAPTURE_NAME, b"\n".join(lines) + b"\n", requests.text.kept, frozenset(requests.text.replaced), len(lines)
    )


def _entries(file: Path, reader: HarReader) -> Iterator[Entry]:
    count = 0
    for part in read_parts(file, (), har=reader):
        for entry in part.entries():
            count += 1
            if count > MAX_ENTRIES:
                raise RecordingError(f"{file.name} has more than {MAX_ENTRIES:,} entries: record a shorter session")
            if entry.damaged and not entry.foreign:
                raise RecordingError(f"{file.name} is damaged: {entry.problem}; export the recording again")
            yield entry


def _collect(file: Path, requests: RequestRedactor) -> None:
    """Note the ids of all requests."""
    for entry in _entries(file, _CollectingReader()):
        if entry.envelope is not None:
            requests.collect(entry.envelope)


class _CollectingReader(HarReader):
    """Reads every entry of a HAR."""

    def read_entry(self, value: Any, where: str, read_body: ReadBody) -> Entry | None:
        """Return the entry of any request."""
        return read_any_entry(value, where, read_body)


class _RedactingReader(HarReader):
    """Redacts every entry of a HAR; `entries` are the redacted ones by their number."""

    def __init__(self, requests: RequestRedactor) -> None:
        super().__init__()
        self.entered = False
        self.entries: dict[int, Any] = {}
        self._redactor = HarEntryRedactor(requests)
        self._recorder = ""
        self._version = ""

    def read_entry(self, value: Any, where: str, read_body: ReadBody) -> Entry | None:
        """Redact an entry."""
        self.entered = True
        entry = read_any_entry(value, where, read_body)
        self.entries[int(where.rpartition("#")[2])] = self._redactor.redact(value, entry)
        return entry

    def read_member(self, name: str, value: Any) -> None:
        """Read the name of the recorder, if it is a known one."""
        if name == "creator" and isinstance(value, dict) and value.get("name") in _RECORDERS:
            self._recorder = value["name"]
            version = value.get("version")
            is_version = isinstance(version, str) and len(version) < 20 and not set(version) - set("0123456789.")
            self._version = version if isinstance(version, str) and is_version else ""

    def document(self) -> bytes:
        """Return the HAR; an entry that is missing in the recording is null."""
        entries = [self.entries.get(number) for number in range(max(self.entries, default=-1) + 1)]
        pages = [
            {"id": page, "title": page, "startedDateTime": _started(entries, page), "pageTimings": {}}
            for page in self._redactor.pages
        ]
        creator = {"name": self._recorder, "version": self._version}
        log = json.dumps({"version": "1.2", "creator": creator, "pages": pages, "entries": []})
        # An entry on each line; `indent` would take ten times as long.
        lines = ",\n".join(map(json.dumps, entries))
        return f'{{"log": {log.removesuffix("]}")}\n{lines}\n]}}}}\n'.encode()


def _started(entries: list[Any], page: str) -> str:
    found = (entry.get("startedDateTime") for entry in entries if entry and entry.get("pageref") == page)
    return next((text for text in found if isinstance(text, str)), "1970-01-01T00:00:00.000Z")


def write_capture(store: Path, file: Path) -> None:
    """Write the requests of a store as a capture, without redaction, so that places are numbers of lines."""
    file.write_bytes(
        b"\n".join(_line(entry, lambda envelope: envelope) for entry in _entries(store, HarReader())) + b"\n"
    )


def _line(entry: Entry, redact: Callable[[Envelope], Envelope]) -> bytes:
    """Return a line of a capture; a line that cannot be read becomes one that cannot be read either."""
    if entry.envelope is None:
        if entry.damaged:
            return b"{"
        return json.dumps({} if entry.foreign else _UNREADABLE_LINE).encode()
    if entry.fault or entry.not_received:
        raise RecordingError(
            f"{entry.where}: a capture has no place for a failure ({entry.fault or entry.not_received}); export the"
            " requests as HAR"
        )
    envelope = redact(entry.envelope)
    line: dict[str, Any] = {"method": envelope.method, "url": envelope.url, "headers": dict(envelope.headers)}
    if entry.not_judged:
        line["headers"]["content-length"] = line["headers"].get("content-length") or "1"
    elif envelope.body:
        try:
            line["body"] = envelope.body.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            line["body_base64"] = base64.b64encode(envelope.body).decode()
    else:
        line["body"] = ""
    line["received_at"] = envelope.received_at
    if entry.status is not None:
        line["status"] = entry.status
    return json.dumps(line).encode()

"""Imports a recording into the space of an API key."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import msgspec

from pendo_contracts.judge import judge_request
from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.other_key import with_key
from pendo_contracts.recordings.reading import not_a_recording, read_parts
from pendo_emulator.exchange import record_as
from pendo_emulator.limit_errors import LIMIT_ERRORS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.recordings.entry import Entry
    from pendo_emulator.recorder.recorder import Recorder

MAX_REQUESTS: Final = 100_000
MAX_PROBLEMS: Final = 20
# Requests of one transaction: recording waits for it.
BATCH: Final = 50
NAME: Final = "recording"
# Milliseconds: a smaller time is not a time since 1970 but since the start of the recording.
EARLIEST: Final = 10**11


@dataclass
class ImportResult:
    """The numbers of imported and of skipped requests, and why the first ones were skipped."""

    imported: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)

    def skip(self, problem: str) -> None:
        """Count a request that is not imported."""
        self.skipped += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


def import_recording(recorder: Recorder, data: bytes, api_key: str, cnames: Collection[str] = ()) -> ImportResult:
    """Record the requests of a HAR, a capture or a store under one API key, with the times of the recording.

    The API key in path, query or header of each request is replaced. Requests without an API key, for unknown paths,
    and requests that the recorder cut are skipped. Raises RecordingError for data that is not a recording, and
    StoreError if the store cannot be written; batches that are recorded by then remain.
    """
    with TemporaryDirectory(prefix="pendo-emulator-") as folder:
        file = Path(folder) / NAME
        file.write_bytes(data)
        return import_file(recorder, file, api_key, cnames, NAME)


def import_file(
    recorder: Recorder, file: Path, api_key: str | None, cnames: Collection[str], name: str
) -> ImportResult:
    """Record the requests of a file, as `import_recording` does; with the API key None, they keep their own keys.

    `name` is the name of the file in problems. Raises OSError if the file cannot be read, and the errors of
    `import_recording`.
    """
    result = ImportResult()
    parts = read_parts(file, cnames, name)
    requests = _requests(_recognized(chain.from_iterable(part.entries() for part in parts)), api_key, result)
    while batch := list(islice(requests, BATCH)):
        _record(recorder, batch)
        result.imported += len(batch)
    return result


def _recognized(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries; raise RecordingError if none has the form of a request."""
    where, problem, requests = "", "", 0
    for entry in entries:
        requests += not entry.foreign
        if entry.foreign and not problem:
            where, problem = entry.where, entry.problem
        yield entry
    if problem and not requests:
        raise RecordingError(not_a_recording(where, problem))


def _requests(
    entries: Iterable[Entry], api_key: str | None, result: ImportResult
) -> Iterator[tuple[JudgedRequest, Entry]]:
    """Yield the judged requests, each with its entry in the recording."""
    started = time.time_ns() // 1_000_000
    for number, entry in enumerate(entries):
        if number >= MAX_REQUESTS and api_key is not None:
            result.skip(f"{entry.where}: more than {MAX_REQUESTS:,} requests: import smaller recordings")
        elif entry.envelope is None or entry.not_judged:
            result.skip(f"{entry.where}: {entry.problem or entry.not_judged}")
        else:
            received_at = entry.envelope.received_at
            envelope = msgspec.structs.replace(
                entry.envelope if api_key is None else with_key(entry.envelope, api_key),
                received_at=received_at if received_at >= EARLIEST else started + received_at,
            )
            request = judge_request(envelope)
            if api_key is None or request.beacon.api_key == api_key:
                yield request, entry
            else:
                result.skip(f"{entry.where}: the request has no API key that could be replaced")


def _record(recorder: Recorder, batch: list[tuple[JudgedRequest, Entry]]) -> None:
    with recorder.transaction(len(batch)) as recording:
        for request, entry in batch:
            admission = recording.admit(request)
            limit = LIMIT_ERRORS.get(admission.request.rejection)
            answered = limit.status if limit else _status(admission.request, entry.status)
            notes = admission.subscription.notes(admission.request)
            recording.add(record_as(admission.request, admission.number, answered, entry.fault, notes))


def _status(request: JudgedRequest, recorded: int | None) -> int:
    """Return the recorded status; without one, the status that the emulator would answer in most cases."""
    if recorded is not None:
        return recorded
    return 400 if request.beacon.decode_errors else 200

"""The emulator's building blocks without HTTP: the limit of a server that is made of them."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus import generate

from emulator.exchange import ingest
from emulator.recorder import Recorder
from emulator.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.envelope import Envelope


class Output(NamedTuple):
    """How many beacons were decoded, judged and recorded, and how many CPU seconds that took."""

    beacons: int
    cpu_seconds: float

    @property
    def per_cpu_second(self) -> float:
        """Beacons in a second of which the blocks had all."""
        return self.beacons / self.cpu_seconds


def run_blocks(batch: int, seconds: int) -> Output:
    """Take the corpus over and over for some seconds, `batch` beacons to a transaction."""
    envelopes = [request.envelope() for request in generate()]
    batches = [envelopes[start : start + batch] for start in range(0, len(envelopes), batch)]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        recorder = Recorder(Store(Path(folder, "exchanges.sqlite3")))
        _take(recorder, batches)
        output = _take_on(recorder, batches, seconds)
        recorder.close()
    return output


def _take_on(recorder: Recorder, batches: Sequence[Sequence[Envelope]], seconds: int) -> Output:
    used, deadline, beacons = time.process_time(), time.perf_counter() + seconds, 0
    for one in cycle(batches):
        _take(recorder, [one])
        beacons += len(one)
        if time.perf_counter() > deadline:
            break
    return Output(beacons, time.process_time() - used)


def _take(recorder: Recorder, batches: Sequence[Sequence[Envelope]]) -> None:
    for envelopes in batches:
        exchanges = [ingest(envelope) for envelope in envelopes]
        recorder.record(exchanges, lambda exchange, *_: (replace(exchange, status=200), None))

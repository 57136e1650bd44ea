"""Measures the beacons that the emulator decodes, judges and records per CPU second, without HTTP."""

from __future__ import annotations

import tempfile
import time
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from pendo_contracts.judge import judge_request
from pendo_emulator.commands._shared.emulator_start import tune_process
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store
from tests.bench.beacon_corpus import generate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.wire.envelope import Envelope


def measure_ingest(batch: int, seconds: int) -> float:
    """Ingest the corpus repeatedly, `batch` beacons in each transaction; return beacons per CPU second after a warm-up.

    This is the limit of a server with these parts.
    """
    envelopes = [request.envelope() for request in generate()]
    batches = [envelopes[start : start + batch] for start in range(0, len(envelopes), batch)]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        recorder = Recorder(Store(Path(folder, "exchanges.sqlite3")))
        responder = Responder(recorder)
        tune_process()
        for one in batches:
            _ingest(responder, one)
        rate = _beacons_per_cpu_second(responder, cycle(batches), seconds)
        recorder.close()
    return rate


def _beacons_per_cpu_second(responder: Responder, batches: Iterator[list[Envelope]], seconds: int) -> float:
    cpu_seconds, deadline, beacons = time.process_time(), time.perf_counter() + seconds, 0
    while time.perf_counter() < deadline:
        beacons += _ingest(responder, next(batches))
    return beacons / (time.process_time() - cpu_seconds)


def _ingest(responder: Responder, envelopes: Sequence[Envelope]) -> int:
    return len(responder.respond([judge_request(envelope) for envelope in envelopes]))

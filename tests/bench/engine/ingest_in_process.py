"""The emulator's building blocks without HTTP: the limit of a server that is made of them."""

from __future__ import annotations

import tempfile
import time
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import generate

from pendo_emulator.commands._shared.server import tune_process
from pendo_contracts.judge import judge_request
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.envelope import Envelope
    from pendo_emulator.exchange import Exchange


def run_blocks(batch: int, seconds: int) -> float:
    """Take the corpus over and over, `batch` beacons to a transaction; return beacons per CPU second, once warm."""
    envelopes = [request.envelope() for request in generate()]
    batches = [envelopes[start : start + batch] for start in range(0, len(envelopes), batch)]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        recorder = Recorder(Store(Path(folder, "exchanges.sqlite3")))
        tune_process()
        for one in batches:
            _take(recorder, one)
        rate = _rate(recorder, cycle(batches), seconds)
        recorder.close()
    return rate


def _rate(recorder: Recorder, batches: Iterator[list[Envelope]], seconds: int) -> float:
    used, deadline, beacons = time.process_time(), time.perf_counter() + seconds, 0
    while time.perf_counter() < deadline:
        beacons += _take(recorder, next(batches))
    return beacons / (time.process_time() - used)


def _take(recorder: Recorder, envelopes: Sequence[Envelope]) -> int:
    exchanges = [judge_request(envelope) for envelope in envelopes]
    return len(recorder.record(exchanges, _settle))


def _settle(exchange: Exchange, number: int, *_: object) -> tuple[Exchange, None]:
    return exchange.settled(number, 200, "", ()), None

"""Chunk: generated requests in a row, decoded, judged, recorded and answered on a store of their own."""

from __future__ import annotations

import gc
import json
import signal
import tempfile
import traceback
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from pendo_emulator.control.documents import describe
from pendo_emulator.exchange import Exchange, ingest
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from tests.stress.fuzz.generator import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH: Final = 50
DESCRIBED: Final = 16
SECONDS: Final = 1.0


@dataclass
class Outcome:
    """How many requests were good and how many refused, and which broke something, by what they broke."""

    good: int = 0
    refused: int = 0
    broken: defaultdict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, other: Outcome) -> None:
        """Add another part's."""
        self.good += other.good
        self.refused += other.refused
        for what, cases in other.broken.items():
            self.broken[what] += cases


class Chunk:
    """Requests of some numbers, drawn from a seed."""

    def __init__(self, seed: int, numbers: Sequence[int], folder: Path) -> None:
        self._seed, self._numbers = seed, numbers
        self._recorder = Recorder(Store(folder / "store.sqlite3"))
        self._desk = Responder(self._recorder)
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Try all of them."""
        for start in range(0, len(self._numbers), BATCH):
            self._try(self._numbers[start : start + BATCH])
        recorded, expected = self._recorder.count(Query()), self.outcome.good + self.outcome.refused
        if recorded != expected:
            self.outcome.broken[f"{recorded} of {expected} are recorded"].append((self._numbers[0], ""))
        self._recorder.close()
        if kept := kept_alive():
            self.outcome.broken[f"{kept} tracebacks are kept alive, with all that was at hand"].append(
                (self._numbers[0], "")
            )
        return self.outcome

    def _try(self, numbers: Sequence[int]) -> None:
        """Try some together; where that breaks something, each by itself, to find which one it was."""
        exchanges = {number: exchange for number in numbers if (exchange := self._ingested(number))}
        try:
            self._record(list(exchanges.values()))
        except Exception:  # noqa: BLE001 - whatever is raised is what we look for
            for number, exchange in exchanges.items():
                self._try_one(number, exchange)

    def _try_one(self, number: int, exchange: Exchange) -> None:
        with self._noted(number):
            self._record([exchange])

    def _record(self, exchanges: list[Exchange]) -> None:
        with limited():
            recorded = [reply.exchange for reply in self._desk.receive(exchanges)]
        self.outcome.good += sum(exchange.good for exchange in recorded)
        self.outcome.refused += sum(not exchange.good for exchange in recorded)

    def _ingested(self, number: int) -> Exchange | None:
        envelope = draw(self._seed, number)
        with self._noted(number):
            with limited():
                exchange = ingest(envelope)
            require_reasons(exchange)
            if number % DESCRIBED == 0:
                json.dumps(describe(exchange), allow_nan=False)
            return exchange
        return None

    @contextmanager
    def _noted(self, number: int) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - as above
            frame = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}: {str(error)[:80]}"
            self.outcome.broken[what].append((number, traceback.format_exc()))


def require_reasons(exchange: Exchange) -> None:
    """Raise AssertionError where something is refused without saying why and what would mend it."""
    violations = [violation for verdict in exchange.verdicts for violation in verdict.violations]
    assert exchange.good or violations, "bad without a violation"
    assert all(violation.message and violation.fix for violation in violations), "a violation without message or fix"


def kept_alive() -> int:
    """Count tracebacks that somebody keeps; an exception that is raised more than once keeps all of its own."""
    gc.collect()
    return sum(isinstance(thing, TracebackType) for thing in gc.get_objects())


@contextmanager
def limited() -> Iterator[None]:
    """Raise TimeoutError where it happens, if something takes more than SECONDS of this process's time."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def too_slow(*_: object) -> None:
    """Be what a timer calls."""
    raise TimeoutError(f"more than {SECONDS:g} s")


def run_chunk(seed: int, numbers: Sequence[int]) -> Outcome:
    """Try some requests on a temporary store."""
    signal.signal(signal.SIGPROF, too_slow)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        return Chunk(seed, numbers, Path(folder)).run()

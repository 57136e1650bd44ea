"""Decodes, judges, records and answers a batch of generated requests on a temporary store."""

from __future__ import annotations

import gc
import json
import os
import signal
import tempfile
import time
import traceback
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from pendo_contracts.judge import judge_request
from pendo_emulator.control.exchange_documents import describe_exchange
from pendo_emulator.exchange import record_as
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from tests.stress.fuzz.request_generator import generate_request
from tests.stress.soak.process_resources import read_resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.wire.envelope import Envelope

TRANSACTION: Final = 50
DESCRIBE_EVERY: Final = 16
# After this CPU time a request is interrupted; MAX_SECONDS is the limit that it must keep.
CPU_SECONDS: Final = 5.0
MAX_SECONDS: Final = 0.25
ATTEMPTS: Final = 3
WARM_UP: Final = 1_000
# Memory fluctuates, because the interpreter keeps freed memory for later objects.
MAX_GROWTH: Final = 64 * 1024 * 1024


@dataclass
class Result:
    """The number of good requests, the number of requests rejected with a reason, and the errors.

    `longest` is the longest CPU time, in seconds, of judging or of recording and answering one request.
    `errors` maps the description of an error to the requests that cause it: their numbers and tracebacks.
    """

    good: int = 0
    rejected: int = 0
    longest: float = 0.0
    errors: defaultdict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, other: Result) -> None:
        """Add the result of another batch."""
        self.good += other.good
        self.rejected += other.rejected
        self.longest = max(self.longest, other.longest)
        for error, cases in other.errors.items():
            self.errors[error] += cases


class RequestBatch:
    """Generated requests with the given numbers, tried on a store in `folder`."""

    def __init__(self, seed: int, numbers: Sequence[int], folder: Path) -> None:
        self._seed, self._numbers = seed, numbers
        self._recorder = Recorder(Store(folder / "store.sqlite3"))
        self._responder = Responder(self._recorder)
        self.result = Result()

    def run(self) -> Result:
        """Try all requests; check that all are recorded, and that neither tracebacks nor memory stay."""
        warm_up()
        heavy = [number for number in self._numbers if number < 0]
        for number in heavy:
            self._try_together([number])
        if heavy:
            read_memory_after_warm_up()
        generated = self._numbers[len(heavy) :]
        for start in range(0, len(generated), TRANSACTION):
            self._try_together(generated[start : start + TRANSACTION])
            read_memory_after_warm_up()
        recorded, expected = self._recorder.count(Query()), self.result.good + self.result.rejected
        if recorded != expected:
            self._add_error(f"{recorded} of {expected} requests are recorded")
        self._recorder.close()
        if count := count_live_tracebacks():
            self._add_error(f"{count} tracebacks stay in memory, with all their local variables")
        if (growth := read_memory() - read_memory_after_warm_up()) > MAX_GROWTH:
            self._add_error(f"{growth / 1e6:.0f} MB more memory than after the first requests")
        return self.result

    def _add_error(self, error: str) -> None:
        self.result.errors[error].append((self._numbers[0], ""))

    def _try_together(self, numbers: Sequence[int]) -> None:
        """Record some requests in one transaction; if that fails, record them one by one to find the cause."""
        requests = {number: request for number in numbers if (request := self._judge(number))}
        try:
            self._record(list(requests.values()))
        except Exception:  # noqa: BLE001 - any exception is an error
            for number, request in requests.items():
                with self._errors_noted(number):
                    self._record([request])

    def _record(self, requests: list[JudgedRequest]) -> None:
        started = time.process_time()
        with cpu_time_limited():
            recorded = [reply.exchange for reply in self._responder.respond(requests)]
        self.result.longest = max(self.result.longest, (time.process_time() - started) / max(1, len(requests)))
        self.result.good += sum(exchange.good for exchange in recorded)
        self.result.rejected += sum(not exchange.good for exchange in recorded)

    def _judge(self, number: int) -> JudgedRequest | None:
        """Decode and judge a request; every DESCRIBE_EVERY-th one is also written as JSON."""
        envelope = generate_request(self._seed, number)
        with self._errors_noted(number):
            with cpu_time_limited():
                request, seconds = judge_in_time(envelope)
            self.result.longest = max(self.result.longest, seconds)
            require_reasons(request)
            assert seconds <= MAX_SECONDS, f"judging takes more than {MAX_SECONDS:g} s of CPU time"
            if number % DESCRIBE_EVERY == 0:
                json.dumps(describe_exchange(record_as(request, 0, 0)), allow_nan=False)
            return request
        return None

    @contextmanager
    def _errors_noted(self, number: int) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - any exception is an error
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}: {str(error)[:80]}"
            self.result.errors[where].append((number, traceback.format_exc()))


def judge_in_time(envelope: Envelope) -> tuple[JudgedRequest, float]:
    """Judge a request and return the CPU time; a request above the limit is judged again and the shorter time counts.

    Other processes on the machine make single measurements longer.
    """
    times = []
    for _ in range(ATTEMPTS):
        started = time.process_time()
        request = judge_request(envelope)
        times.append(time.process_time() - started)
        if times[-1] <= MAX_SECONDS:
            break
    return request, min(times)


@cache
def warm_up() -> None:
    """Judge the seed requests once in each process, because the first request of a contract compiles its validator."""
    for number in range(WARM_UP):
        judge_request(generate_request(0, number))


@cache
def read_memory_after_warm_up() -> int:
    """Return the memory of this process at the first call."""
    return read_memory()


def read_memory() -> int:
    """Return the anonymous memory of this process, in bytes."""
    gc.collect()
    return read_resources([os.getpid()]).memory


def require_reasons(request: JudgedRequest) -> None:
    """Raise AssertionError if a rejected request lacks a violation, or a violation lacks its message or fix."""
    violations = [violation for verdict in request.verdicts for violation in verdict.violations]
    assert request.good or violations, "the request is rejected without a violation"
    assert all(violation.message and violation.fix for violation in violations), "a violation lacks its message or fix"


def count_live_tracebacks() -> int:
    """Count the tracebacks in memory; an exception object that is raised repeatedly keeps all its tracebacks."""
    gc.collect()
    return sum(isinstance(thing, TracebackType) for thing in gc.get_objects())


@contextmanager
def cpu_time_limited() -> Iterator[None]:
    """Raise TimeoutError inside the block after CPU_SECONDS of this process's CPU time."""
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def raise_timeout(*_: object) -> None:
    """Raise TimeoutError; a signal handler."""
    raise TimeoutError(f"more than {CPU_SECONDS:g} s of CPU time")


def run_batch(seed: int, numbers: Sequence[int]) -> Result:
    """Try the generated requests with these numbers on a temporary store."""
    signal.signal(signal.SIGPROF, raise_timeout)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        return RequestBatch(seed, numbers, Path(folder)).run()

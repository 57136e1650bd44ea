"""Judges the parts of recordings, in this process or in others; the result does not depend on where that is done."""

from __future__ import annotations

import pickle
from collections import deque
from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import msgspec
from msgspec import Struct, field

from pendo_contracts.checking.judge_batch import BatchJudge, JudgedBatch
from pendo_contracts.finding import Finding
from pendo_contracts.rules.request_facts import Facts
from pendo_contracts.rules.rule_settings import ALL_RULES, RuleSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from contextlib import AbstractContextManager

    from pendo_contracts.checking.sources import Step
    from pendo_contracts.plans.plan import Plan
    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.recordings.parts import Part

# Other processes need half a second to start; one process judges this number of bytes in that time.
LOCAL_BYTES: Final = 1024 * 1024

_Requests: TypeAlias = list[tuple[Facts | None, list[Finding]]]

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(_Requests)


class JudgeOptions(Struct, frozen=True):
    """The active rules, whether requests and events are compared with the schemas, and the plan of the user."""

    settings: RuleSettings = ALL_RULES
    schemas: bool = True
    plan: Plan | None = None

    def create_judge(self) -> BatchJudge:
        """Return a judge with these options."""
        return BatchJudge(self.settings, schemas=self.schemas, plan=self.plan)


class PartResult(Struct):
    """A judged part.

    `requests` counts the entries that have the form of a request. `foreign` is the place and the problem of the first
    entry without that form, None if there is none. `damaged` is true if the text of an entry is not JSON.
    """

    batch: JudgedBatch
    requests: int = 0
    foreign: tuple[str, str] | None = None
    damaged: bool = False


class WorkerError(RuntimeError):
    """A process or a worker that ended before its work was done."""


class PendingResult(Protocol):
    """The result of a call that may still be running."""

    def result(self) -> tuple[bytes, bytes | None]:
        """Wait for the result and return it; raise WorkerError if its process ended before."""


class Pool(Protocol):
    """Other processes, threads or machines."""

    def submit(
        self, fn: Callable[[Part, JudgeOptions], tuple[bytes, bytes | None]], part: Part, options: JudgeOptions, /
    ) -> PendingResult:
        """Call a function in one of them."""


class Workers(Struct, frozen=True):
    """Other processes: how to start them, and how many parts are read before their results are used.

    The first `local_bytes` of a check are judged in this process, so that a short check does not start others. If the
    check is certainly long, `prepare` starts what takes time meanwhile.
    """

    start: Callable[[], AbstractContextManager[Pool]]
    in_flight: int
    local_bytes: int = LOCAL_BYTES
    prepare: Callable[[], object] | None = None


class _Reader(Struct):
    """Counts the entries of a part while they are judged."""

    requests: int = 0
    foreign: tuple[str, str] | None = field(default=None)
    damaged: bool = False

    def read(self, part: Part) -> Iterator[Entry]:
        for entry in part.entries():
            self.damaged |= entry.damaged
            if not entry.foreign:
                self.requests += 1
            elif self.foreign is None:
                self.foreign = entry.where, entry.problem
            yield entry


def judge_part(part: Part, judge: BatchJudge) -> PartResult:
    """Judge a part in this process."""
    reader = _Reader()
    batch = judge.judge(reader.read(part))
    return PartResult(batch, reader.requests, reader.foreign, damaged=reader.damaged)


def judge_part_as_bytes(part: Part, options: JudgeOptions) -> tuple[bytes, bytes | None]:
    """Judge a part in another process: return the result as bytes, and the facts and findings separately.

    The second value is None if MessagePack cannot express them: a text with a lone surrogate, or an integer of more
    than 64 bits.
    """
    result = judge_part(part, _judge_of_process(pickle.dumps(options)))
    try:
        requests = _ENCODER.encode(result.batch.requests)
    except (UnicodeEncodeError, OverflowError):
        return pickle.dumps(result, pickle.HIGHEST_PROTOCOL), None
    result.batch.requests = []
    return pickle.dumps(result, pickle.HIGHEST_PROTOCOL), requests


@lru_cache(maxsize=1)
def _judge_of_process(options: bytes) -> BatchJudge:
    """Return the judge of this process, which remembers from one part to the next which ids have no fault."""
    judge_options: JudgeOptions = pickle.loads(options)  # noqa: S301 - our own process wrote it
    return judge_options.create_judge()


def decode_result(result: bytes, requests: bytes | None) -> PartResult:
    """Return the result of judge_part_as_bytes."""
    decoded: PartResult = pickle.loads(result)  # noqa: S301 - our own worker wrote it
    if requests is not None:
        decoded.batch.requests = _DECODER.decode(requests)
    return decoded


def judge_steps(
    steps: Iterable[Step], options: JudgeOptions, workers: Workers | None = None
) -> Generator[tuple[Step, PartResult | None]]:
    """Yield each step with its judged part, in order; the result is None for the end of a source."""
    if workers is None:
        judge = options.create_judge()
        for step in steps:
            yield step, None if step.part is None else judge_part(step.part, judge)
    else:
        yield from _judge_with_workers(steps, options, workers)


def _judge_with_workers(
    steps: Iterable[Step], options: JudgeOptions, workers: Workers
) -> Iterator[tuple[Step, PartResult | None]]:
    judge = options.create_judge()
    local_bytes, pool = workers.local_bytes, None
    if workers.prepare:
        workers.prepare()
    waiting: deque[tuple[Step, PendingResult | None]] = deque()
    with ExitStack() as stack:
        for step in steps:
            part = step.part
            if pool is None and part is not None and local_bytes <= 0:
                pool = stack.enter_context(workers.start())
            if pool is None:
                local_bytes -= 0 if part is None else part.size
                yield step, None if part is None else judge_part(part, judge)
                continue
            waiting.append((step, None if part is None else pool.submit(judge_part_as_bytes, part, options)))
            if len(waiting) > workers.in_flight:
                yield _first_result(waiting)
        while waiting:
            yield _first_result(waiting)


def _first_result(
    waiting: deque[tuple[Step, PendingResult | None]],
) -> tuple[Step, PartResult | None]:
    step, pending = waiting.popleft()
    return step, None if pending is None else decode_result(*pending.result())

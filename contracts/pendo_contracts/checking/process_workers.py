"""Starts the processes that judge parts of recordings."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from pendo_contracts.checking.part_judge import LOCAL_BYTES, Workers
from pendo_contracts.common.forking import can_fork
from pendo_contracts.typed_events.event_reader import typed_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.context import ForkContext, ForkServerContext, SpawnContext

    from pendo_contracts.checking.process_pool import ProcessPool

# One process judges this number of bytes while a fork server starts.
BYTES_DURING_START: Final = 2 * LOCAL_BYTES
# Forked processes start in a few milliseconds; they build the types of events before.
BYTES_BEFORE_FORK: Final = 256 * 1024
_POOL: Final = "pendo_contracts.checking.process_pool"
_PREPARED_JUDGE: Final = "pendo_contracts.checking.prepared_judge"
# Parts that wait for each process, so that no process waits for the reader.
_PARTS_PER_PROCESS: Final = 4


def count_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def process_workers(
    jobs: int, preload: Sequence[str] = (), local_bytes: int | None = None, *, is_long: bool = False
) -> Workers | None:
    """Return workers in `jobs` processes; None for one job, which needs no other process.

    The processes are forked from this one where that is safe. Otherwise a fork server starts them, and `preload` are
    modules that they need and that are imported only once. This process judges the first `local_bytes` alone, by
    default BYTES_BEFORE_FORK or LOCAL_BYTES. If the check `is_long`, a fork server starts at once, and this process
    judges BYTES_DURING_START meanwhile.
    """
    if jobs <= 1:
        return None
    modules = (_POOL, _PREPARED_JUDGE, *preload)
    start, in_flight = partial(_start, jobs, modules), jobs * _PARTS_PER_PROCESS
    if can_fork():
        return Workers(start, in_flight, BYTES_BEFORE_FORK if local_bytes is None else local_bytes)
    if is_long:
        return Workers(start, in_flight, BYTES_DURING_START, partial(_start_fork_server, modules))
    return Workers(start, in_flight, LOCAL_BYTES if local_bytes is None else local_bytes)


@contextmanager
def _start(jobs: int, preload: Sequence[str]) -> Iterator[ProcessPool]:
    """Start processes; they end with the block, at once if it raises an error."""
    # Only large recordings need this import, which takes 20 ms.
    from pendo_contracts.checking.process_pool import ProcessPool  # noqa: PLC0415

    context, pool = _prepare_start(preload), ProcessPool()
    try:
        # A process inherits the mask, so that Ctrl-C never ends it with a traceback.
        with _interrupts_delayed():
            for _ in range(jobs):
                pool.start(context)
        yield pool
    except BaseException:
        pool.kill()
        raise
    finally:
        pool.close()


def _prepare_start(preload: Sequence[str]) -> ForkContext | ForkServerContext | SpawnContext:
    """Prepare the start of processes, and return their context; a thread may have been started in the meantime."""
    import multiprocessing  # noqa: PLC0415 - start-up time

    if not can_fork():
        return _start_fork_server(preload)
    typed_reader()  # once for all processes
    return multiprocessing.get_context("fork")


def _start_fork_server(preload: Sequence[str]) -> ForkServerContext | SpawnContext:
    """Start the process that forks the others, without waiting for its imports; return its context.

    Other systems than Unix have no such process, and start each process by itself.
    """
    import multiprocessing  # noqa: PLC0415 - start-up time

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import resource_tracker  # noqa: PLC0415 - start-up time
    from multiprocessing.forkserver import ensure_running, set_forkserver_preload  # noqa: PLC0415 - start-up time

    set_forkserver_preload(list(preload))
    # The start of the resource tracker, which ensure_running would start first, removes SIGINT from the mask.
    resource_tracker.ensure_running()
    # The fork server inherits the mask, so that Ctrl-C never ends it with a traceback.
    with _interrupts_delayed():
        ensure_running()
    return multiprocessing.get_context("forkserver")


@contextmanager
def _interrupts_delayed() -> Iterator[None]:
    """Deliver Ctrl-C after the block, on systems where signals can be delayed."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)

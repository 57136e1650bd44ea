"""A pool of processes that judge parts of recordings."""

from __future__ import annotations

import gc
import os
import signal
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from pendo_contracts.checking.part_judge import LOCAL_BYTES, Workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

# Parts that wait for each process, so that no process waits for the reader.
_PARTS_PER_PROCESS: Final = 4
_COLLECTION_THRESHOLDS: Final = (50_000, 10, 10)


class WorkerError(RuntimeError):
    """A process of the pool that ended before its work was done."""


def count_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def process_workers(jobs: int, preload: Sequence[str] = (), local_bytes: int = LOCAL_BYTES) -> Workers | None:
    """Return workers in `jobs` processes; None for one job, which needs no other process.

    `preload` are modules that the processes need and that are imported only once.
    """
    if jobs <= 1:
        return None
    return Workers(partial(_start, jobs, (__name__, *preload)), jobs * _PARTS_PER_PROCESS, local_bytes)


@contextmanager
def _start(jobs: int, preload: Sequence[str]) -> Iterator[Executor]:
    """Start processes; kill them if the block raises an error, so that Ctrl-C takes no time."""
    # Only large recordings need these imports, which take 30 ms.
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(list(preload))
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, context, _prepare)
    try:
        yield pool
    except BaseException as error:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        pool.shutdown(wait=True, cancel_futures=True)
        if isinstance(error, BrokenProcessPool):
            raise WorkerError("a process of the check ended before its work was done; is memory short?") from error
        raise
    pool.shutdown()


def _prepare() -> None:
    """Leave Ctrl-C to the process that reads, and collect garbage rarely, because results have no cycles."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*_COLLECTION_THRESHOLDS)

"""Calls functions at the same time, each in a forked process, because threads of Python share one core."""

from __future__ import annotations

import mmap
import multiprocessing
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection

# In seconds.
WAITING_INTERVAL: Final = 0.1
_COUNT_BYTES: Final = 8


def process_lock() -> AbstractContextManager[Any]:
    """Return a lock for this process and processes that it forks."""
    return multiprocessing.get_context("fork").Lock()


def shared_counts(size: int) -> memoryview[int]:
    """Return `size` counts, at first 0, in memory that this process shares with those that it forks."""
    return memoryview(mmap.mmap(-1, size * _COUNT_BYTES)).cast("q")


@contextmanager
def forked(
    functions: Sequence[Callable[[], Any]], while_waiting: Callable[[], None] = lambda: None
) -> Iterator[Iterator[Any]]:
    """Start a process for each function, and yield an iterator over their results in order.

    While the iterator waits for a result, it calls `while_waiting` every WAITING_INTERVAL. A click.UsageError or
    SystemExit of a function is raised by the iterator; a process that ends in another way raises ChildProcessError. If
    the block raises an error, the processes are killed.
    """
    context = multiprocessing.get_context("fork")
    children = []
    try:
        for function in functions:
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_call, args=(function, sender))
            process.start()
            sender.close()
            children.append((process, receiver))
        yield (_receive(receiver, while_waiting) for _, receiver in children)
    except BaseException:
        for process, _ in children:
            process.kill()
        raise
    finally:
        for process, receiver in children:
            process.join()
            receiver.close()


def _call(function: Callable[[], Any], sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the parent, which kills this process
    try:
        sender.send(function())
    except (SystemExit, click.UsageError) as error:
        sender.send(type(error)(*error.args))


def _receive(receiver: Connection, while_waiting: Callable[[], None]) -> Any:
    while not receiver.poll(WAITING_INTERVAL):
        while_waiting()
    try:
        result = receiver.recv()
    except EOFError:
        raise ChildProcessError("a process ended before its work was done; is memory short?") from None
    if isinstance(result, BaseException):
        raise result
    return result

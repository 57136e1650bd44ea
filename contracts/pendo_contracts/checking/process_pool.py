"""A pool of processes that answer calls."""

from __future__ import annotations

import gc
import pickle
import signal
import traceback
from collections import deque
from contextlib import suppress
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.checking.part_judge import WorkerError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, ForkServerContext, SpawnContext

# In bytes: the most that Linux gives to a pipe of a normal user. With the default of 64 KB its writer waits often.
_PIPE_SIZE: Final = 1024 * 1024
# In bytes: what a call must leave free in a pipe, because its length is sent too and pages may be partly filled.
_RESERVE: Final = 64 * 1024
_COLLECTION_THRESHOLDS: Final = (50_000, 10, 10)


class Call:
    """A call in another process; `exchange` sends the calls that wait, and receives at least one answer."""

    def __init__(self, message: bytes, exchange: Callable[[], None]) -> None:
        self.message = message
        self._exchange = exchange
        self._answers: list[Any] = []

    def answer(self, value: Any) -> None:
        """Set the result, or the exception that the function raised."""
        self._answers.append(value)

    def result(self) -> Any:
        """Return the function's result, or raise its exception.

        Raises WorkerError if a process ended before its work was done.
        """
        while not self._answers:
            self._exchange()
        (answer,) = self._answers
        if isinstance(answer, BaseException):
            raise answer
        return answer


class ProcessPool:
    """Calls functions in other processes.

    It has no threads: while it submits a call or waits for a result, it sends the calls that wait and receives results.
    """

    def __init__(self) -> None:
        self._processes: list[_CalledProcess] = []
        self._waiting: deque[Call] = deque()

    def start(self, context: ForkContext | ForkServerContext | SpawnContext) -> None:
        """Start a further process."""
        self._processes.append(_CalledProcess(context))

    def submit(self, function: Callable[..., Any], /, *arguments: object) -> Call:
        """Call a function in the next process that has time."""
        call = Call(pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL), self._exchange)
        self._waiting.append(call)
        self._exchange(timeout=0)
        return call

    def _exchange(self, timeout: float | None = None) -> None:
        """Send waiting calls; receive the results that arrive in `timeout` seconds, or wait for the first one."""
        self._send()
        processes = {process.results: process for process in self._processes if process.calls}
        for results in wait(processes, timeout):
            processes[results].receive()  # type: ignore[index]
        self._send()

    def _send(self) -> None:
        while self._waiting:
            process = min(self._processes, key=lambda process: len(process.calls))
            if not process.can_take(self._waiting[0]):
                break
            process.send(self._waiting.popleft())

    def kill(self) -> None:
        """End the processes at once."""
        for process in self._processes:
            process.handle.kill()

    def close(self) -> None:
        """Wait until the processes have ended; they end when they have answered their calls."""
        for process in self._processes:
            process.messages.close()
        for process in self._processes:
            process.handle.join()
            process.results.close()


class _CalledProcess:
    """A process, the pipes to it and from it, and the calls that it has not answered, at most two."""

    def __init__(self, context: ForkContext | ForkServerContext | SpawnContext) -> None:
        receiver, self.messages = context.Pipe(duplex=False)
        self.results, sender = context.Pipe(duplex=False)
        self._room = max(0, _enlarge(self.messages) - _RESERVE)
        _enlarge(sender)
        self.calls: deque[Call] = deque()
        # A forked process has these ends too. It must close them, or it would not notice that this process has ended.
        inherited = (self.messages, self.results) if context.get_start_method() == "fork" else ()
        self.handle = context.Process(target=_answer_calls, args=(receiver, sender, inherited), daemon=True)
        self.handle.start()
        receiver.close()
        sender.close()

    def can_take(self, call: Call) -> bool:
        """Return whether a call can be sent at once.

        The second call waits in the pipe, so that the process has it when it needs it. A call that does not fit into
        the pipe is only sent to a process without calls: another one may be writing a large result, and then both
        processes would wait for each other.
        """
        return not self.calls or (len(self.calls) == 1 and len(call.message) <= self._room)

    def send(self, call: Call) -> None:
        self.calls.append(call)
        try:
            self.messages.send_bytes(call.message)
        except BrokenPipeError:
            raise _ended() from None
        call.message = b""

    def receive(self) -> None:
        try:
            answer = self.results.recv()
        except EOFError:
            raise _ended() from None
        self.calls.popleft().answer(answer)


def _ended() -> WorkerError:
    return WorkerError("a process of the check ended before its work was done; is memory short?")


def _enlarge(pipe: Connection[Any, Any]) -> int:
    """Give a pipe _PIPE_SIZE if that is possible; return its size in bytes, 0 if it is unknown."""
    if not hasattr(fcntl, "F_SETPIPE_SZ"):
        return 0
    with suppress(OSError):
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
    return fcntl.fcntl(pipe.fileno(), fcntl.F_GETPIPE_SZ)


def _answer_calls(
    messages: Connection[Any, Any], results: Connection[Any, Any], inherited: tuple[Connection[Any, Any], ...]
) -> None:
    """Answer calls until their sender closes its pipe or ends; leave Ctrl-C to it.

    Collect garbage rarely, because results have no cycles.
    """
    for connection in inherited:
        connection.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*_COLLECTION_THRESHOLDS)
    with suppress(EOFError, BrokenPipeError):
        while True:
            function, arguments = messages.recv()
            try:
                answer = function(*arguments)
            except Exception as error:  # noqa: BLE001 - the caller handles it
                error.add_note(f"in another process:\n{traceback.format_exc()}")
                answer = error
            results.send(answer)

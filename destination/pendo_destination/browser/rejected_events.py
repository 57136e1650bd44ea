"""The events that were rejected, with the reasons, written to a file as they occur."""

from __future__ import annotations

import json
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field
from msgspec.structs import asdict

from pendo_contracts.common.crash_safe_files import append_line

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from io import FileIO

MAX_IN_MEMORY: Final = 20


class RejectedEvent(Struct, frozen=True):
    """A rejected event: its position in the input, the reason, and the input line."""

    where: str
    reason: str
    line: str


class RejectSummary(Struct, frozen=True):
    """The number of rejected events, the error of the file if any, and the first positions with their reasons."""

    count: int
    problem: str
    first: dict[str, str]


class RejectedEvents(Struct):
    """The rejects of several sites, written to `file` as one JSON object per line; thread-safe.

    `lock` is held while a reject is added; processes that share the file need a lock of processes.
    Only the reasons of the first MAX_IN_MEMORY positions stay in memory, as `first`.
    """

    file: FileIO | None = None
    count: int = 0
    problem: str = ""
    first: dict[str, str] = field(default_factory=dict)
    lock: AbstractContextManager[Any] = field(default_factory=Lock)

    def add(self, reject: RejectedEvent) -> None:
        """Count a reject and write it to the file."""
        with self.lock:
            self.count += 1
            if len(self.first) < MAX_IN_MEMORY:
                self.first[reject.where] = reject.reason
            if self.file and not self.problem:
                self._write(self.file, json.dumps(asdict(reject)))

    @property
    def summary(self) -> RejectSummary:
        """The counts, for another process."""
        return RejectSummary(self.count, self.problem, self.first)

    def merge(self, other: RejectSummary) -> None:
        """Add the counts of another process that writes to the same file."""
        self.count += other.count
        self.problem = self.problem or other.problem
        for where, reason in other.first.items():
            if len(self.first) < MAX_IN_MEMORY:
                self.first[where] = reason

    def _write(self, file: FileIO, line: str) -> None:
        """Write a line; stop writing after the first error, but not sending events."""
        try:
            append_line(file, line.encode())
        except OSError as error:
            self.problem = error.strerror or str(error)

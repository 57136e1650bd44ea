"""Rejects: the events that were not sent, with the reasons, written down as they come."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO

SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Reject:
    """An event that was not sent, and why; `line` is the input as it stood."""

    where: str
    reason: str
    line: str


@dataclass(slots=True)
class Rejects:
    """Rejects of several sites, one line of JSON each in `file`; only the first few stay in memory.

    `_lock` keeps the lines of two threads apart.
    """

    file: TextIO | None = None
    count: int = 0
    first: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, reject: Reject) -> None:
        """Write a reject down."""
        with self._lock:
            self.count += 1
            if len(self.first) < SHOWN:
                self.first[reject.where] = reject.reason
            if self.file:
                self.file.write(json.dumps(asdict(reject)) + "\n")

"""An agent that only records its calls."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Call(NamedTuple):
    """One call of `window.pendo`, with a copy of its arguments."""

    method: str
    args: list[Any]


@dataclass(slots=True)
class RecordingPendo:
    """A `window.pendo` that records its calls; the method named `throws` raises RuntimeError after that."""

    throws: str | None = None
    calls: list[Call] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def connect(self, script: str) -> RecordingPendo:
        """Record the script and return this object as its agent."""
        self.scripts.append(script)
        return self

    def initialize(self, options: Mapping[str, Any]) -> None:
        """Record the call."""
        self._record("initialize", options)

    def identify(self, options: Mapping[str, Any]) -> None:
        """Record the call."""
        self._record("identify", options)

    def track(self, name: Any, props: Any) -> None:
        """Record the call."""
        self._record("track", name, props)

    def take(self) -> list[Call]:
        """Return the calls since the previous `take`."""
        calls, self.calls = self.calls, []
        return calls

    def _record(self, method: str, *args: Any) -> None:
        self.calls.append(Call(method, deepcopy(list(args))))
        if method == self.throws:
            raise RuntimeError(f"sdk {method} failed")

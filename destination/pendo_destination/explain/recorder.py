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
class Spy:
    """An agent that remembers its calls; `throws` names the method that fails after that."""

    throws: str | None = None
    calls: list[Call] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def connect(self, script: str) -> Spy:
        """Stand in for the agent of a script."""
        self.scripts.append(script)
        return self

    def initialize(self, options: Mapping[str, Any]) -> None:
        """Remember the call."""
        self._call("initialize", options)

    def identify(self, options: Mapping[str, Any]) -> None:
        """Remember the call."""
        self._call("identify", options)

    def track(self, name: Any, props: Any) -> None:
        """Remember the call."""
        self._call("track", name, props)

    def take(self) -> list[Call]:
        """Hand over the calls made since the last time."""
        calls, self.calls = self.calls, []
        return calls

    def _call(self, method: str, *args: Any) -> None:
        self.calls.append(Call(method, deepcopy(list(args))))
        if method == self.throws:
            raise RuntimeError(f"sdk {method} failed")

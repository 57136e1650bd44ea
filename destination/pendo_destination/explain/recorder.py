"""Spy and Wire: an agent that only remembers its calls, and hosts that only remember their requests."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from pendo_contracts.envelope import Envelope, Response
from pendo_contracts.region import REGIONS, locate
from pendo_destination.agent import hosted_config

if TYPE_CHECKING:
    from collections.abc import Mapping

# The smallest image that makes the agent take a beacon for delivered.
_GIF: Final = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"


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


@dataclass(slots=True)
class Wire:
    """A transport that answers as the hosts would and `remembers` what was sent; nothing leaves the process."""

    remembers: bool = True
    envelopes: list[Envelope] = field(default_factory=list)

    def __call__(self, envelope: Envelope) -> Response:
        """Remember an envelope."""
        if self.remembers:
            self.envelopes.append(envelope)
        url = urlsplit(envelope.url)
        if url.path.endswith("/config.json"):
            region = locate(url.netloc).region or REGIONS["io"]
            return Response(200, {}, json.dumps(hosted_config(url.path.split("/")[-2], region)).encode())
        return Response(200, {}, b"{}" if "/guide.json/" in url.path else _GIF)

    def take(self) -> list[Envelope]:
        """Hand over the envelopes sent since the last time."""
        envelopes, self.envelopes = self.envelopes, []
        return envelopes

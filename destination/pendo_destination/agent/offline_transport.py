"""A transport for the agent that answers like Pendo's hosts, without a network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, field

from pendo_contracts.wire.envelope import Response
from pendo_contracts.wire.pixel_gif import PIXEL_GIF
from pendo_contracts.wire.region import REGIONS, locate
from pendo_destination.agent.environment.config import hosted_config

if TYPE_CHECKING:
    from pendo_contracts.wire.envelope import Envelope


class OfflineTransport(Struct):
    """Answers every request inside the process; with `remembers` it keeps the envelopes."""

    remembers: bool = True
    envelopes: list[Envelope] = field(default_factory=list)

    def __call__(self, envelope: Envelope) -> Response:
        """Return a configuration for `config.json`, no guides for `guide.json` and an image for other requests."""
        if self.remembers:
            self.envelopes.append(envelope)
        address = envelope.url.partition("?")[0]
        if address.endswith("/config.json"):
            url = urlsplit(address)
            region = locate(url.netloc).region or REGIONS["io"]
            return Response(200, {}, json.dumps(hosted_config(url.path.split("/")[-2], region)).encode())
        return Response(200, {}, b"{}" if "/guide.json/" in address else PIXEL_GIF)

    def take(self) -> list[Envelope]:
        """Return the envelopes sent since the last call."""
        envelopes, self.envelopes = self.envelopes, []
        return envelopes

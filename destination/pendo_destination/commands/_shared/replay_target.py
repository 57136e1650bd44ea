"""Changes recorded requests for another region or another API key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from pendo_contracts.recordings.other_key import split_host, with_key
from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.endpoint import ASSETS, find_endpoint
from pendo_contracts.wire.region import REGIONS, Role, locate

if TYPE_CHECKING:
    from pendo_contracts.wire.envelope import Envelope

# The agent's version with the suffix of its region; the query of a request has it.
_VERSION: Final = re.compile(r"(?<![^?&])(v=\d+\.\d+\.\d+)_prod(?:-[a-z0-9]+)?(?![^&#])")


@dataclass(frozen=True, slots=True)
class ReplayTarget:
    """The region and the API key to which requests go instead of their own; None keeps the recorded ones.

    The host, the region in the agent's version, and the key in path, query or header change. The events do not change.
    """

    region: str | None = None
    api_key: str | None = None

    def apply(self, envelope: Envelope) -> Envelope:
        """Return the request for the target."""
        if self.region:
            envelope = _to_region(envelope, self.region)
        return with_key(envelope, self.api_key) if self.api_key else envelope


def _to_region(envelope: Envelope, name: str) -> Envelope:
    """Replace the host by that of the same role; a CNAME has the role that its path needs."""
    scheme, netloc, rest = split_host(envelope.url)
    path = split_url(envelope.url)[1]
    place = locate(netloc or envelope.headers.get("host", ""))
    region = REGIONS[name]
    host = region.host(place.role or _role(path))
    address, question, query = rest.partition("?")
    query = _VERSION.sub(rf"\1_{region.version_suffix}", question + query)
    return msgspec.structs.replace(envelope, url=f"{scheme}{host}{address}{query}")


def _role(path: str) -> Role:
    found = find_endpoint(path)
    return "content" if found and found[0].name in ASSETS else "data"

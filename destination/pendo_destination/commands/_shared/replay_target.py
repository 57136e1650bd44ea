"""Changes recorded requests for another region or another API key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec

from pendo_contracts.wire.beacon import SECRET_HEADERS, split_url
from pendo_contracts.wire.endpoint import ASSETS, find_endpoint
from pendo_contracts.wire.region import REGIONS, Role, locate

if TYPE_CHECKING:
    from pendo_contracts.wire.envelope import Envelope

# The agent's version with the suffix of its region; the query of a request has it.
_VERSION: Final = re.compile(r"(?<![^?&])(v=\d+\.\d+\.\d+)_prod(?:-[a-z0-9]+)?(?![^&#])")
_KEY: Final = re.compile(r"(?<![^?&])apiKey=[^&#]*")


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
        return _with_key(envelope, self.api_key) if self.api_key else envelope


def _to_region(envelope: Envelope, name: str) -> Envelope:
    """Replace the host by that of the same role; a CNAME has the role that its path needs."""
    scheme, netloc, rest = _split(envelope.url)
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


def _with_key(envelope: Envelope, key: str) -> Envelope:
    scheme, netloc, rest = _split(envelope.url)
    path = split_url(envelope.url)[1]
    found = find_endpoint(path)
    if found is None:
        return envelope
    endpoint, recorded = found
    if endpoint.secret:
        names = [name for name in SECRET_HEADERS if name in envelope.headers]
        return msgspec.structs.replace(envelope, headers={**envelope.headers, **dict.fromkeys(names, key)})
    if not recorded:
        return msgspec.structs.replace(envelope, url=f"{scheme}{netloc}{_KEY.sub(_as_parameter(key), rest)}")
    steps = path.split("/")
    steps[-2 if endpoint.name in ASSETS else -1] = quote(key, safe="")
    return msgspec.structs.replace(envelope, url=f"{scheme}{netloc}{'/'.join(steps)}{rest[len(path) :]}")


def _as_parameter(key: str) -> str:
    return f"apiKey={quote(key, safe='')}"


def _split(url: str) -> tuple[str, str, str]:
    """Split a URL into its scheme with `://`, its host with port, and the rest."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "", "", url
    netloc, slash, rest = rest.partition("/")
    return scheme + separator, netloc, slash + rest

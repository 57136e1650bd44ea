"""Changes recorded requests for another API key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec

from pendo_contracts.wire.beacon import SECRET_HEADERS, split_url
from pendo_contracts.wire.endpoint import ASSETS, find_endpoint

if TYPE_CHECKING:
    from pendo_contracts.wire.envelope import Envelope

_KEY: Final = re.compile(r"(?<![^?&])apiKey=[^&#]*")


def with_key(envelope: Envelope, key: str) -> Envelope:
    """Return a request with another API key in its path, query or header; an unknown path has no key."""
    scheme, netloc, rest = split_host(envelope.url)
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


def split_host(url: str) -> tuple[str, str, str]:
    """Split a URL into its scheme with `://`, its host with port, and the rest."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "", "", url
    netloc, slash, rest = rest.partition("/")
    return scheme + separator, netloc, slash + rest


def _as_parameter(key: str) -> str:
    return f"apiKey={quote(key, safe='')}"

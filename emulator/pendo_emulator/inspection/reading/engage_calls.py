"""Reads requests of clients to Pendo's Engage API, and what the answers say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.common.safe_text import cut
from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.region import locate
from pendo_emulator.addresses import ENGAGE_PREFIX, HOST_PREFIX, KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import Collection

AGGREGATION: Final = "aggregation"

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_ANSWER: Final = 256 * 1024
_MAX_TEXT: Final = 300
_MAX_IDS: Final = 20


class EngageCall(NamedTuple):
    """One request to the Engage API.

    `name` is the path below `/api/v1/`, `region` the region of the app host, "" for another host. `text` is the
    answer's text if it is an error, `missing` are the ids that a write of metadata names and Pendo does not know.
    """

    method: str
    name: str
    host: str
    region: str
    has_key: bool
    text: str = ""
    missing: tuple[str, ...] = ()

    @property
    def is_aggregation(self) -> bool:
        """Whether the request runs a pipeline."""
        return self.name == AGGREGATION

    @property
    def writes(self) -> bool:
        """Whether the request changes something."""
        return self.method not in _READING and not self.is_aggregation


def read_engage_call(
    method: str, url: str, headers: Collection[str], answer: str = "", status: int | None = None
) -> EngageCall | None:
    """Return a request to the Engage API; None for any other request.

    On an app host every request below `/api/v1/` is one, on this machine only a request with an integration key,
    because developers run own backends with such paths there. `headers` are the names of the request's headers in
    lower case, `answer` is the text of its answer.
    """
    if ENGAGE_PREFIX not in url:
        return None
    netloc, path, _ = split_url(url)
    if path.startswith(HOST_PREFIX):
        netloc, _, rest = path.removeprefix(HOST_PREFIX).partition("/")
        path = f"/{rest}"
    place, has_key = locate(netloc), KEY_HEADER in headers
    if not path.startswith(ENGAGE_PREFIX) or not (place.role == "app" or (place.kind == "local" and has_key)):
        return None
    is_error = status is not None and status >= 400
    return EngageCall(
        cut(method, 20), cut(path.removeprefix(ENGAGE_PREFIX).strip("/")), place.host,
        place.region.name if place.region else "", has_key, cut(answer.strip(), _MAX_TEXT) if is_error else "",
        () if is_error else _read_missing(answer),
    )  # fmt: skip


def _read_missing(answer: str) -> tuple[str, ...]:
    if '"missing"' not in answer[:_MAX_ANSWER] or len(answer) > _MAX_ANSWER:
        return ()
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError):
        return ()
    ids = document.get("missing") if isinstance(document, dict) else None
    return tuple(cut(id_) for id_ in ids[:_MAX_IDS] if isinstance(id_, str)) if isinstance(ids, list) else ()

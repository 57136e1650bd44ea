"""Examples: for each group of equal findings the event, or the request, of the first finding, as short JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import cut
from pendo_contracts.contract import from_pointer
from pendo_contracts.wire.beacon import from_envelope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest

MAX_BYTES: Final = 2_048
MAX_URL: Final = 1_000

# The limits of each attempt: characters of a text, members or items of a container, depth.
_LIMITS: Final = ((200, 30, 6), (60, 12, 3), (40, 20, 1))
_OMITTED: Final = "…"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, default=repr)


def add_examples(examples: dict[tuple[str, ...], str], request: JudgedRequest, findings: Iterable[Finding]) -> None:
    """Add an example for each finding whose identity has none yet."""
    for finding in findings:
        identity = finding.identity
        if identity not in examples:
            examples[identity] = describe(request, finding)


def describe(request: JudgedRequest, finding: Finding) -> str:
    """Return the event of a finding, or its request, as JSON of at most MAX_BYTES bytes; "" if that is too little.

    Long texts, large containers and deep values are shortened; the members on the way to the finding's pointer remain.
    """
    index = finding.index
    # A typed event does not keep the order of its members.
    events = from_envelope(request.envelope).events if request.beacon.typed else request.beacon.events
    value = _request(request) if index is None or index >= len(events) else events[index].value
    path = list(from_pointer(finding.pointer))
    for longest, members, depth in _LIMITS:
        text = _ENCODER.encode(_shorten(value, path, longest, members, depth))
        if len(text) <= MAX_BYTES:
            return text
    return ""


def _request(request: JudgedRequest) -> dict[str, Any]:
    beacon = request.beacon
    described: dict[str, Any] = {"method": beacon.method, "url": cut(request.envelope.url, MAX_URL)}
    return described if beacon.body is None else described | {"body": beacon.body}


def _shorten(value: Any, path: Sequence[str], longest: int, members: int, depth: int) -> Any:
    """Return a copy of a value within limits; the limits on containers do not apply to what is on the path."""
    if isinstance(value, str):
        return cut(value, longest)
    if isinstance(value, dict):
        return _shorten_object(value, path, longest, members, depth)
    if isinstance(value, list):
        if depth <= 0 and not path:
            return [_OMITTED] if value else []
        index = int(path[0]) if path and path[0].isdecimal() and len(path[0]) < 9 else -1
        shown = max(members, index + 1 if index < 2 * members else 0)
        items = [
            _shorten(item, path[1:] if place == index else (), longest, members, depth - 1)
            for place, item in enumerate(value[:shown])
        ]
        return [*items, _OMITTED] if len(value) > shown else items
    return value


def _shorten_object(value: dict[str, Any], path: Sequence[str], longest: int, members: int, depth: int) -> Any:
    step = path[0] if path else None
    if depth <= 0 and step is None:
        return {_OMITTED: _OMITTED} if value else {}
    names = list(value)
    shown = names[:members]
    if step in value and step not in shown:
        shown.append(step)
    shortened = {
        cut(name, longest): _shorten(value[name], path[1:] if name == step else (), longest, members, depth - 1)
        for name in shown
    }
    return shortened | {_OMITTED: f"{len(names) - len(shown):,} more"} if len(names) > len(shown) else shortened

"""Formats one access log line per exchange, without visitors and with API keys masked."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_emulator.exchange import Exchange

VISIBLE: Final = 4
# Pendo's keys have 36 characters; shorter keys are invented names in tests.
LONGEST_SHOWN: Final = 8

_WORD: Final = re.compile(r"[\w.:-]*…?")


def mask(api_key: str) -> str:
    """Return the first VISIBLE characters of an API key and an ellipsis; a short key unchanged, `-` for no key."""
    return f"{api_key[:VISIBLE]}…" if len(api_key) > LONGEST_SHOWN else api_key or "-"


def fields(exchange: Exchange, seconds: float) -> dict[str, Any]:
    """Return the fields of an exchange's log line; `seconds` is the time from its first byte to its commit."""
    beacon = exchange.beacon
    line = {
        "verdict": exchange.verdict.upper(),
        "key": mask(beacon.api_key),
        "region": beacon.place.name,
        "endpoint": beacon.endpoint.name if beacon.endpoint else "unknown",
        "events": len(beacon.events),
        "status": exchange.status,
        "ms": round(seconds * 1000, 2),
        "exchange": exchange.id,
        "request": exchange.request_id,
    }
    return line | _optional_fields(exchange)


def _optional_fields(exchange: Exchange) -> dict[str, str]:
    """Return the first constraint that a request breaks, and the fault that was applied to it."""
    line = {}
    if not exchange.good:
        broken = next(violation for verdict in exchange.verdicts for violation in verdict.violations)
        line["rule"] = f"{broken.contract}{broken.rule if broken.rule.startswith('/') else ':' + broken.rule}"
    if exchange.fault:
        line["fault"] = exchange.fault.replace(" ", ",")
    return line


@lru_cache(maxsize=1024)
def _shown_key(api_key: str) -> str:
    """Return the masked key, the only value that a sender chooses freely; quoted as JSON if it is not one word."""
    masked = mask(api_key)
    return masked if _WORD.fullmatch(masked) else json.dumps(masked)


def as_text(exchange: Exchange, seconds: float) -> str:
    """Format a line for people: the verdict, then `name=value` for each other field, as in `fields`."""
    beacon = exchange.beacon
    # Formatted here again, because a dictionary for each request takes twice as long.
    line = (
        f"{exchange.verdict.upper():4} key={_shown_key(beacon.api_key)} region={beacon.place.name}"
        f" endpoint={beacon.endpoint.name if beacon.endpoint else 'unknown'} events={len(beacon.events)}"
        f" status={exchange.status} ms={seconds * 1000:.2f} exchange={exchange.id} request={exchange.request_id}"
    )
    if not exchange.good or exchange.fault:
        line += "".join([f" {name}={value}" for name, value in _optional_fields(exchange).items()])
    return f"{line}\n"


def as_json(exchange: Exchange, seconds: float) -> str:
    """Format a line for programs: one JSON object."""
    return json.dumps(fields(exchange, seconds), ensure_ascii=False) + "\n"


FORMATS: Final[Mapping[str, Callable[[Exchange, float], str]]] = {"text": as_text, "json": as_json}

"""Formats one access log line per exchange, without visitors and with API keys masked."""

from __future__ import annotations

import json
import re
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
    if not exchange.good:
        broken = next(violation for verdict in exchange.verdicts for violation in verdict.violations)
        line["rule"] = f"{broken.contract}{broken.rule if broken.rule.startswith('/') else ':' + broken.rule}"
    if exchange.fault:
        line["fault"] = exchange.fault.replace(" ", ",")
    return line


def as_text(line: Mapping[str, Any]) -> str:
    """Format a line for people: the verdict, then `name=value` for each other field."""
    verdict, *pairs = [f"{name}={value}" for name, value in line.items()]
    if not _WORD.fullmatch(line["key"]):  # the only value that a sender chooses freely
        pairs[0] = f"key={json.dumps(line['key'])}"
    return f"{verdict.removeprefix('verdict='):4} {' '.join(pairs)}\n"


def as_json(line: Mapping[str, Any]) -> str:
    """Format a line for programs: one JSON object."""
    return json.dumps(line, ensure_ascii=False) + "\n"


FORMATS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {"text": as_text, "json": as_json}

"""Line: one exchange in one line of the log, which names no visitor and shows of an API key no more than its start."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_emulator.exchange import Exchange

SHOWN: Final = 4


def mask(api_key: str) -> str:
    """Show enough of an API key to tell it from others."""
    return f"{api_key[:SHOWN]}…" if len(api_key) > SHOWN else "-" if not api_key else "…"


def facts(exchange: Exchange, seconds: float) -> dict[str, Any]:
    """List what a line says of an exchange; `ms` is the time from its first byte to its commit."""
    beacon = exchange.beacon
    found = {
        "verdict": "GOOD" if exchange.good else "BAD",
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
        found["rule"] = f"{broken.contract}{broken.rule if broken.rule.startswith('/') else ':' + broken.rule}"
    if exchange.fault:
        found["fault"] = exchange.fault.replace(" ", ",")
    return found


def as_text(found: Mapping[str, Any]) -> str:
    """Write facts for people: the verdict first, then `name=value`."""
    verdict, *pairs = [f"{name}={value}" for name, value in found.items()]
    return f"{verdict.removeprefix('verdict='):4} {' '.join(pairs)}\n"


def as_json(found: Mapping[str, Any]) -> str:
    """Write facts for programs."""
    return json.dumps(found, ensure_ascii=False) + "\n"


FORMATS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {"text": as_text, "json": as_json}

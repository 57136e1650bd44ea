"""Faults that make an emulator answer as the hosts in a recording did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_contracts.recordings.reading import read_recording
from pendo_contracts.wire.beacon import from_envelope
from pendo_emulator.inspection.reading.outcomes import classify

if TYPE_CHECKING:
    from pathlib import Path


def observe_faults(recording: Path) -> tuple[dict[str, Any], ...]:
    """Return a fault for each endpoint of Pendo of which every request failed in the same way, as JSON values."""
    seen: dict[str, set[Any]] = {}
    for entry in read_recording(recording):
        beacon = from_envelope(entry.envelope) if entry.envelope else None
        if beacon is None or beacon.endpoint is None or beacon.preflight:
            continue
        seen.setdefault(beacon.endpoint.name, set()).add(_effect(entry.status, entry.not_received))
    effects = {name: next(iter(found)) for name, found in seen.items() if len(found) == 1}
    return tuple({"endpoint": name, **_members(effect)} for name, effect in sorted(effects.items()) if effect)


def _effect(status: int | None, reason: str) -> int | str:
    """Return the status of a failure, `reset` for a lost connection, 0 for an answer without a failure."""
    if status is None:
        return 0
    if status > 0:
        return status if 400 <= status <= 599 else 0
    return "reset" if classify(status, reason) in {"network", "name", "failed"} else 0


def _members(effect: int | str) -> dict[str, Any]:
    return {"reset": True} if effect == "reset" else {"status": effect}

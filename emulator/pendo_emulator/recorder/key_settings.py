"""Setup: what was set up for an API key, and what all keys were set up with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from pendo_emulator.faults.active import Faults
from pendo_emulator.faults.fault import NO_FAULT, Fault
from pendo_emulator.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.beacon import Beacon


@dataclass(frozen=True, slots=True)
class KeySettings:
    """What goes wrong for an API key, and what Pendo knows of it."""

    faults: Faults = field(default_factory=Faults)
    subscription: Subscription = field(default_factory=Subscription)

    def having(self, part: Faults | Subscription) -> KeySettings:
        """Put other faults or another subscription in the place of its own."""
        return replace(self, faults=part) if isinstance(part, Faults) else replace(self, subscription=part)


class KeySettingsRow(NamedTuple):
    """A setup as it lies in the store."""

    api_key: str
    faults: str
    subscription: str


NO_SETTINGS = KeySettings()


class KeySettingsCache:
    """The setups of all keys that have one, as the store had them at the change numbered `change`.

    Every writer of the store counts its changes there, so that each sees in a number whether it must look again.
    """

    def __init__(self) -> None:
        self.change = 0
        self._setups: dict[str, KeySettings] = {}
        self._struck: set[str] = set()

    def of(self, api_key: str) -> KeySettings:
        """Find the setup of a key."""
        return self._setups.get(api_key, NO_SETTINGS)

    def learn(self, rows: Iterable[KeySettingsRow], change: int) -> None:
        """Take over what was changed up to a change."""
        self._setups.update((row.api_key, from_row(row)) for row in rows)
        self.change = change

    def strike(self, beacon: Beacon, now: float) -> Fault:
        """Choose the fault that strikes a request, and count."""
        setup = self._setups.get(beacon.api_key)
        if setup is None or not setup.faults.active:
            return NO_FAULT
        fault, faults = setup.faults.strike(beacon, now)
        self._setups[beacon.api_key] = KeySettings(faults, setup.subscription)
        self._struck.add(beacon.api_key)
        return fault

    def take_struck(self) -> list[KeySettingsRow]:
        """Give what was counted since this was last asked."""
        rows = [to_row(api_key, self._setups[api_key]) for api_key in sorted(self._struck)]
        self._struck.clear()
        return rows


def to_row(api_key: str, setup: KeySettings) -> KeySettingsRow:
    """Write a setup for the store."""
    return KeySettingsRow(api_key, json.dumps(setup.faults.documents), json.dumps(asdict(setup.subscription)))


def from_row(row: KeySettingsRow) -> KeySettings:
    """Read a setup from the store."""
    return KeySettings(Faults.from_documents(json.loads(row.faults)), Subscription(**json.loads(row.subscription)))

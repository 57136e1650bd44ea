"""The settings of an API key, its faults and its subscription, and a cache of the settings of all keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from pendo_emulator.faults.active_faults import ActiveFaults
from pendo_emulator.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.wire.beacon import Beacon
    from pendo_emulator.faults.fault import Fault
    from pendo_emulator.storage.tables import KeySettingsRow

    # Key, faults and subscription in the form that the store needs.
    StorableSettings: TypeAlias = tuple[str, str, str]


class KeySettings(Struct, frozen=True):
    """The faults and the subscription of one API key."""

    faults: ActiveFaults = field(default_factory=ActiveFaults)
    subscription: Subscription = field(default_factory=Subscription)

    def with_(self, part: ActiveFaults | Subscription) -> KeySettings:
        """Return a copy with other faults or another subscription."""
        return replace(self, faults=part) if isinstance(part, ActiveFaults) else replace(self, subscription=part)


_DEFAULT = KeySettings()


class KeySettingsCache:
    """The settings of all keys that have settings, up to the change with the number `change`.

    `keys_with_host_faults` are the keys with a fault that applies to a host before a request is sent.
    `secrets` has the API key of each secret that a subscription names; a secret of several keys belongs to the one that
    was set last.

    All writers of a store number their changes in it, so a writer can tell from the number whether its cache is
    outdated.
    """

    def __init__(self) -> None:
        self.change = 0
        self.keys_with_host_faults: set[str] = set()
        self.secrets: dict[str, str] = {}
        self._settings: dict[str, KeySettings] = {}
        self._unsaved: set[str] = set()

    def get(self, api_key: str) -> KeySettings:
        """Return the settings of a key."""
        return self._settings.get(api_key, _DEFAULT)

    def update(self, rows: Iterable[KeySettingsRow], change: int) -> None:
        """Update the cache with rows that were changed in the store, up to the change with this number."""
        for row in rows:
            self.set(row["api_key"], from_row(row), change)
        self.change = change

    def set(self, api_key: str, settings: KeySettings, change: int) -> None:
        """Update the cache with a change of a key's settings."""
        self._assign_secrets(api_key, settings.subscription.track_secrets)
        self._settings[api_key] = settings
        self.change = change
        if any(active.fault.host_effects for active in settings.faults.active):
            self.keys_with_host_faults.add(api_key)
        else:
            self.keys_with_host_faults.discard(api_key)

    def _assign_secrets(self, api_key: str, secrets: Iterable[str]) -> None:
        for secret in self.get(api_key).subscription.track_secrets:
            if self.secrets.get(secret) == api_key:
                del self.secrets[secret]
        self.secrets.update(dict.fromkeys(secrets, api_key))

    def apply_fault(self, beacon: Beacon, now: float) -> Fault:
        """Return the fault that applies to a request of a key with faults, or NO_FAULT, and update the counts."""
        settings = self.get(beacon.api_key)
        fault, faults = settings.faults.apply(beacon, now)
        self._settings[beacon.api_key] = KeySettings(faults, settings.subscription)
        self._unsaved.add(beacon.api_key)
        return fault

    def take_unsaved(self) -> list[StorableSettings]:
        """Return the settings whose faults were counted since the last call."""
        unsaved = [to_storable(api_key, self._settings[api_key]) for api_key in sorted(self._unsaved)]
        self._unsaved.clear()
        return unsaved


def to_storable(api_key: str, settings: KeySettings) -> StorableSettings:
    """Convert settings to the form that the store needs."""
    return api_key, json.dumps(settings.faults.documents), json.dumps(asdict(settings.subscription))


def from_row(row: KeySettingsRow) -> KeySettings:
    """Read settings from the store."""
    return KeySettings(
        ActiveFaults.from_documents(json.loads(row["faults"])), Subscription(**json.loads(row["subscription"]))
    )

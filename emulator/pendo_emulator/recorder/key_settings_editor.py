"""Reads and changes the settings of an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pendo_emulator.faults.active_faults import ActiveFaults
from pendo_emulator.faults.fault import NO_FAULT
from pendo_emulator.recorder.key_settings import to_storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendo_emulator.faults.fault import Fault
    from pendo_emulator.recorder.key_settings import KeySettings
    from pendo_emulator.recorder.write_access import WriteAccess
    from pendo_emulator.subscription import Subscription


class KeySettingsEditor:
    """The settings of all keys of a store. Every method raises StoreError if the store cannot be written.

    `seed` is the seed of the faults that have none.

    Reading uses a write transaction too, because only a write transaction always sees the changes of other processes.
    """

    def __init__(self, access: WriteAccess, clock: Callable[[], float], seed: int = NO_FAULT.seed) -> None:
        self._access, self._clock, self._seed = access, clock, seed

    def get(self, api_key: str) -> KeySettings:
        """Return the settings of a key."""
        with self._access.transaction():
            return self._access.settings.get(api_key)

    def add_faults(self, api_key: str, faults: Iterable[Fault]) -> None:
        """Activate faults from now on, in addition to the active ones."""
        self._change(api_key, lambda settings: settings.faults.added(self._seeded(faults), self._clock()))

    def replace_faults(self, api_key: str, faults: Iterable[Fault]) -> None:
        """Activate faults from now on, instead of the active ones."""
        self._change(api_key, lambda _: ActiveFaults().added(self._seeded(faults), self._clock()))

    def clear_faults(self, api_key: str) -> int:
        """Remove all faults of a key; return how many there were."""
        return len(self._change(api_key, lambda _: ActiveFaults()).faults.active)

    def subscribe(self, api_key: str, subscription: Subscription) -> None:
        """Set the subscription of a key."""
        self._change(api_key, lambda _: subscription)

    def _seeded(self, faults: Iterable[Fault]) -> list[Fault]:
        """Return the faults; those without a seed get the seed of the emulator."""
        return [replace(fault, seed=self._seed) if fault.seed == NO_FAULT.seed else fault for fault in faults]

    def _change(self, api_key: str, change: Callable[[KeySettings], ActiveFaults | Subscription]) -> KeySettings:
        """Change the settings of a key; return the previous settings."""
        with self._access.transaction() as transaction:
            cache = self._access.settings
            before = cache.get(api_key)
            after = before.with_(change(before))
            cache.set(api_key, after, transaction.set_key_settings([to_storable(api_key, after)]))
        return before

"""Applies the faults of a host: a wrong certificate, or a name that does not resolve."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from pendo_contracts.wire.region import locate
from pendo_emulator.errors import StoreError
from pendo_emulator.recorder.key_settings import to_storable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.recorder.write_access import WriteAccess
    from pendo_emulator.storage.writer import Transaction

log = logging.getLogger("pendo-emulator")


class HostFaults:
    """The faults of all keys with an effect on a host.

    A client names a host before it names an API key, so a fault of any key applies to the connections of all clients.
    """

    def __init__(self, access: WriteAccess, clock: Callable[[], float]) -> None:
        self._access, self._clock = access, clock

    def apply(self, effect: str, host: str) -> Any:
        """Return the value of an effect if a fault with it applies to a host, else None; count the match.

        Without such faults this reads one attribute. If the store cannot be written, no fault applies.
        """
        if not self._access.settings.keys_with_host_faults:
            return None
        try:
            with self._access.transaction() as transaction:
                return self._apply(transaction, effect, host)
        except StoreError as error:
            log.warning("the faults of %s cannot be read: %s", host, error)
            return None

    def _apply(self, transaction: Transaction, effect: str, host: str) -> Any:
        cache, place = self._access.settings, locate(host)
        for api_key in sorted(cache.keys_with_host_faults):
            before = cache.get(api_key)
            fault, faults = before.faults.apply_to_host(effect, place, self._clock())
            if faults != before.faults:
                after = before.with_(faults)
                cache.set(api_key, after, transaction.set_key_settings([to_storable(api_key, after)]))
            if effect in fault.effects:
                log.info("the fault %s applies to %s", fault.label, host)
                return fault.effects[effect]
        return None

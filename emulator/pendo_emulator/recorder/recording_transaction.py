"""Recording: one transaction in which requests are admitted, answered and recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pendo_emulator.exchange import reject
from pendo_emulator.faults.fault import NO_FAULT

if TYPE_CHECKING:
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.faults.fault import Fault
    from pendo_emulator.recorder.write_access import WriteAccess
    from pendo_emulator.storage.writer import Transaction
    from pendo_emulator.subscription import Subscription


class Admission(Struct, frozen=True, gc=False):
    """A request, its number in the store and the settings for it; a rejected request has no payload."""

    request: JudgedRequest
    number: int
    subscription: Subscription
    fault: Fault


class Recording:
    """Admits requests one after the other, and writes the resulting exchanges.

    Call `admit`, then `add`, for each request; `write` writes them all.
    """

    def __init__(self, transaction: Transaction, access: WriteAccess, now: float, key_limit: int) -> None:
        self.exchanges: list[Exchange] = []
        self._transaction = transaction
        self._keys, self._settings = access.keys, access.settings
        self._now, self._key_limit = now, key_limit

    def admit(self, request: JudgedRequest, chosen: Fault | None = None) -> Admission:
        """Return a request with its number, its subscription and its fault; reject it if there are too many keys.

        `chosen` is the fault if it was chosen before.
        """
        if self._settings.secrets:
            request = self._assign(request)
        api_key = request.beacon.api_key
        if api_key and api_key not in self._keys:
            if self._has_room_for(api_key):
                self._keys.add(api_key)
            else:
                request = reject(request, "keys")
        settings = self._settings.get(request.beacon.api_key)
        fault = chosen or NO_FAULT
        if chosen is None and settings.faults.active:
            fault = self._settings.apply_fault(request.beacon, self._now)
        return Admission(request, self._transaction.first_id + len(self.exchanges), settings.subscription, fault)

    def _assign(self, request: JudgedRequest) -> JudgedRequest:
        """Give a call the API key whose subscription names its secret."""
        beacon = request.beacon
        owner = self._settings.secrets.get(beacon.api_key) if beacon.endpoint and beacon.endpoint.secret else None
        return request if owner is None else replace(request, beacon=replace(beacon, api_key=owner))

    def add(self, exchange: Exchange) -> None:
        """Add the exchange of the request that was admitted last."""
        self.exchanges.append(exchange)

    def write(self) -> None:
        """Write the exchanges and the updated counts of the faults."""
        self._transaction.write(self.exchanges)
        if unsaved := self._settings.take_unsaved():
            self._settings.change = self._transaction.set_key_settings(unsaved)

    def _has_room_for(self, api_key: str) -> bool:
        return len(self._keys) < self._key_limit or self._transaction.has_key(api_key)

"""The integration keys of Pendo's Engage API: one that only reads and one that also writes, for each API key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from sqlalchemy import select

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.errors import EmulatorError
from pendo_emulator.storage.reader import table_clause
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.tables import ENGAGE_KEYS

if TYPE_CHECKING:
    from pendo_emulator.recorder.write_access import WriteAccess
    from pendo_emulator.storage.store import Store

_KEYS: Final = table_clause(ENGAGE_KEYS)
# Newer keys end with their region (observed); tap-pendo takes the host from `.eu`.
_SUFFIXED_REGIONS: Final = frozenset(REGIONS) - {"io"}


class Integration(NamedTuple):
    """The API key whose data an integration key opens, and whether it may write."""

    api_key: str
    can_write: bool


class KeyPair(NamedTuple):
    """The integration keys of an API key. They are secrets: no log line and no page shows them unasked."""

    read_only: str
    read_write: str

    def __repr__(self) -> str:
        return "KeyPair(...)"


class KeyInUseError(EmulatorError):
    """An integration key that belongs to another API key."""

    def __init__(self) -> None:
        super().__init__("this integration key is already used: choose another one")


class IntegrationKeys:
    """The integration keys of all API keys; every method raises StoreError if the store cannot be used."""

    def __init__(self, store: Store, access: WriteAccess) -> None:
        self._store, self._access = store, access

    def find(self, integration_key: str) -> Integration | None:
        """Return what an integration key opens, None for an unknown key."""
        statement = select(_KEYS.c.api_key, _KEYS.c.can_write)
        rows = self._store.reader.fetch_all(statement.where(_KEYS.c.integration_key == storable(integration_key)))
        return next((Integration(api_key, bool(can_write)) for api_key, can_write in rows), None)

    def get(self, api_key: str, region: str | None = None) -> KeyPair:
        """Return the integration keys of an API key; the first call makes them.

        New keys end with the region of the subscription, if it has one other than io.
        """
        api_key = storable(api_key)
        with self._access.transaction() as transaction:
            known = {bool(can_write): key for key, _, can_write in transaction.read_rows("integration keys", api_key)}
            new = {can_write: _new_key(region) for can_write in (False, True) if can_write not in known}
            transaction.write_rows("set integration key", [(key, api_key, can) for can, key in new.items()])
        keys = known | new
        return KeyPair(keys[False], keys[True])

    def set(self, api_key: str, integration_key: str, *, can_write: bool) -> None:
        """Replace an integration key of an API key; raise KeyInUseError if another API key uses it."""
        api_key, integration_key = storable(api_key), storable(integration_key)
        known = self.find(integration_key)
        if known and known != (api_key, can_write):
            raise KeyInUseError
        with self._access.transaction() as transaction:
            transaction.write_rows("delete integration keys", [(api_key, can_write)])
            transaction.write_rows("set integration key", [(integration_key, api_key, can_write)])


def _new_key(region: str | None) -> str:
    return f"{uuid4()}.{region}" if region in _SUFFIXED_REGIONS else str(uuid4())

"""The recorder: writes exchanges to a store, reads and counts them, and lets callers wait for new ones."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from pendo_emulator.limits import Limits
from pendo_emulator.recorder.active_keys import ActiveKeys
from pendo_emulator.recorder.host_faults import HostFaults
from pendo_emulator.recorder.key_settings_editor import KeySettingsEditor
from pendo_emulator.recorder.notifier import Notifier
from pendo_emulator.recorder.recording_transaction import Recording
from pendo_emulator.recorder.stored_exchange_decoder import restore
from pendo_emulator.recorder.stored_plan import StoredPlan
from pendo_emulator.recorder.write_access import WriteAccess
from pendo_emulator.storage.query import PAGE_LIMIT, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pendo_contracts.rules.rule_settings import RuleSettings
    from pendo_emulator.engage.store.integration_keys import IntegrationKeys
    from pendo_emulator.engage.store.objects import EngageObjects
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.profiles.profiles import Profiles
    from pendo_emulator.recorder.live_check import LiveChecks
    from pendo_emulator.recorder.source_reports import SourceReports
    from pendo_emulator.storage.query import Count
    from pendo_emulator.storage.store import Store

_DEFAULT_LIMITS: Final = Limits()


class Recorder:
    """Records exchanges by API key; each key has its own space.

    `access` makes the write transactions. `settings` has the faults and the subscription of each key, `host_faults` the
    faults that apply before a request. `active_keys` has the keys whose exchanges are not deleted. If the store is
    `shared`, other processes write to it too: each write uses the settings that they changed, and each wait finds their
    exchanges. `recorded` counts the exchanges that this process recorded. `rules` are the settings of the rules that
    reports use, None for all rules. `plan` is the tracking plan that reports use. `clock` returns seconds since 1970.
    `seed` is the seed of the faults that have none.
    """

    def __init__(
        self,
        store: Store,
        *,
        shared: bool = False,
        limits: Limits = _DEFAULT_LIMITS,
        clock: Callable[[], float] = time.time,
        rules: RuleSettings | None = None,
        seed: int = 0,
    ) -> None:
        self.store = store
        self.rules = rules
        self.access = WriteAccess(store)
        self.settings = KeySettingsEditor(self.access, clock, seed)
        self.host_faults = HostFaults(self.access, clock)
        self.plan = StoredPlan(store, self.access)
        self.active_keys = ActiveKeys(self.access, limits.retention, clock)
        self.retention = limits.retention
        self.recorded = 0
        self.clock = clock
        self._key_limit = limits.keys
        self._notifier = Notifier(self._last_id if shared else None)

    @cached_property
    def live_checks(self) -> LiveChecks:
        """The reports on the exchanges of each key."""
        from pendo_emulator.recorder.live_check import LiveChecks  # noqa: PLC0415 - only reports need the rules

        read_plan = self.plan.get
        if self.rules:
            return LiveChecks(self.store, self.rules, read_plan=read_plan)
        return LiveChecks(self.store, read_plan=read_plan)

    @cached_property
    def profiles(self) -> Profiles:
        """The visitors and accounts of each key."""
        from pendo_emulator.profiles.profiles import Profiles  # noqa: PLC0415 - only questions about visitors need it

        return Profiles(self.store, self.access)

    @cached_property
    def integration_keys(self) -> IntegrationKeys:
        """The integration keys of Pendo's Engage API."""
        from pendo_emulator.engage.store.integration_keys import IntegrationKeys  # noqa: PLC0415 - SQLAlchemy is slow

        return IntegrationKeys(self.store, self.access)

    @cached_property
    def engage_objects(self) -> EngageObjects:
        """The objects of Pendo's Engage API: pages, features, segments, guides and others."""
        from pendo_emulator.engage.store.objects import EngageObjects  # noqa: PLC0415 - SQLAlchemy is slow to load

        return EngageObjects(self.store, self.access)

    @cached_property
    def source_reports(self) -> SourceReports:
        """The reports of Segment sources."""
        from pendo_emulator.recorder.source_reports import SourceReports  # noqa: PLC0415 - SQLAlchemy is slow to load

        return SourceReports(self.store, self.access)

    def now(self) -> int:
        """Return the time of the emulator's clock in milliseconds since 1970."""
        return round(self.clock() * 1000)

    @contextmanager
    def transaction(self, requests: int) -> Iterator[Recording]:
        """Record a number of requests in one transaction, then wake the threads that wait for their keys.

        Raises StoreError, with nothing recorded, if the store cannot be written.
        """
        with self.access.transaction(requests) as transaction:
            recording = Recording(transaction, self.access, self.clock(), self._key_limit)
            yield recording
            recording.write()
        self.recorded += len(recording.exchanges)
        self._notifier.notify({exchange.beacon.api_key for exchange in recording.exchanges})

    def read(self, query: Query, limit: int = PAGE_LIMIT) -> list[Exchange]:
        """Read the oldest `limit` matching exchanges."""
        return [restore(stored) for stored in self.store.reader.read(query, limit)]

    def read_all(self, query: Query) -> Iterator[Exchange]:
        """Read every matching exchange."""
        return map(restore, self.store.read_all(query))

    def count(self, query: Query) -> int:
        """Count matching events if the query has an event field, else matching exchanges."""
        return self.store.reader.count(query)

    def counts(self, api_key: str | None = None) -> list[Count]:
        """Count events by region, endpoint and type."""
        return self.store.reader.counts(api_key)

    def totals(self) -> list[Count]:
        """Count requests (type "") and events of all keys by region, endpoint and type."""
        return self.store.reader.totals()

    def keys(self) -> dict[str, int]:
        """Count exchanges by API key."""
        return self.store.reader.keys()

    def from_now_on(self, query: Query) -> Query:
        """Return a query that excludes the exchanges that are already recorded."""
        return replace(query, after=max(query.after, self._last_id()))

    def wait(self, query: Query, count: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, until at least `count` match; return how many match then."""
        return self._notifier.wait_for(query.api_key, lambda: self.store.reader.count(query), count, timeout)

    def cancel_waiters(self) -> None:
        """End all current calls of `wait`, and let future calls return at once."""
        self._notifier.cancel()

    def clear(self, api_key: str) -> int:
        """Delete one key's exchanges and profiles; return how many exchanges there were."""
        with self.access.transaction() as transaction:
            deleted = transaction.clear(api_key)
            self.access.keys.discard(api_key)
        return deleted

    def close(self) -> None:
        """Close the store."""
        if "live_checks" in self.__dict__:
            self.live_checks.close()
        if "profiles" in self.__dict__:
            self.profiles.close()
        with self.access.lock:
            self.store.close()

    def _last_id(self) -> int:
        return self.store.reader.last_id()

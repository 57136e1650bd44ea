"""The tracking plan of a server, which its store keeps for all its processes."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pendo_contracts.plans.plan import Plan
    from pendo_emulator.recorder.write_access import WriteAccess
    from pendo_emulator.storage.store import Store


class StoredPlan:
    """The plan by which a server judges on request; every process that uses the store reads the same plan.

    Every method raises StoreError if the store cannot be used.
    """

    def __init__(self, store: Store, access: WriteAccess) -> None:
        self._store, self._access = store, access

    def get(self) -> Plan | None:
        """Return the plan, None if there is none; the same object until the plan changes."""
        text = self._store.reader.plan()
        return _parse(text) if text else None

    def set(self, plan: Plan) -> None:
        """Replace the plan for all processes, from their next report on."""
        self._write(json.dumps(plan.as_document()))

    def delete(self) -> bool:
        """Delete the plan; return whether there was one."""
        existed = bool(self._store.reader.plan())
        self._write("")
        return existed

    def _write(self, text: str) -> None:
        with self._access.transaction() as transaction:
            transaction.set_plan(text)


@lru_cache(maxsize=2)
def _parse(text: str) -> Plan:
    from pendo_contracts.plans.loading import read_plan  # noqa: PLC0415 - only servers with a plan need it

    return read_plan(json.loads(text), "the plan in the store")

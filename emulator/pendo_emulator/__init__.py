"""An emulator of Pendo's ingest endpoints and snippet hosts: it receives, judges, records and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pendo_emulator.api_key_space import Space
    from pendo_emulator.errors import EmulatorError, NotKeptError, StoreError
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.faults.fault import Fault
    from pendo_emulator.limits import Limits, Retention
    from pendo_emulator.profiles.profile import AccountProfile, VisitorProfile
    from pendo_emulator.server import Emulator
    from pendo_emulator.storage.query import Query
    from pendo_emulator.subscription import Subscription

__all__ = [
    "AccountProfile",
    "Emulator",
    "EmulatorError",
    "Exchange",
    "Fault",
    "Limits",
    "NotKeptError",
    "Query",
    "Retention",
    "Space",
    "StoreError",
    "Subscription",
    "VisitorProfile",
]

_MODULES = {
    "errors": ("EmulatorError", "NotKeptError", "StoreError"),
    "exchange": ("Exchange",),
    "faults.fault": ("Fault",),
    "limits": ("Limits", "Retention"),
    "profiles.profile": ("AccountProfile", "VisitorProfile"),
    "server": ("Emulator",),
    "api_key_space": ("Space",),
    "storage.query": ("Query",),
    "subscription": ("Subscription",),
}


def __getattr__(name: str) -> Any:
    from pendo_contracts.common.lazy_names import lazy_names  # noqa: PLC0415 - each session of pytest loads this package

    return lazy_names(__name__, _MODULES)(name)

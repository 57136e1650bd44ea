"""Environment variables that make a child process use the emulator instead of Pendo's hosts."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final, Protocol

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.clients.name_formats import node_preload
from pendo_emulator.tls.trust_environment import trust_variables

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_emulator.tls.authority import Authority

LOOPBACK: Final = "localhost,127.0.0.1,::1"


class ReachableEmulator(Protocol):
    """What a client needs from an emulator: its addresses, its domains and the authority to trust."""

    host: str
    port: int
    url: str
    domains: tuple[str, ...]

    @property
    def authority(self) -> Authority:
        """The authority that signs the emulator's certificates."""

    @property
    def control_url(self) -> str:
        """The address of the control API."""

    def host_url(self, host: str) -> str:
        """Return the URL of one of Pendo's hosts for clients without DNS for it."""


def child_environment(emulator: ReachableEmulator, folder: Path) -> dict[str, str]:
    """Return the variables for a child process; the files they name are written into `folder`.

    The parent's NO_PROXY and NODE_OPTIONS are extended, not replaced.
    """
    require = f"--require {json.dumps(str(_write_preload(emulator, folder)))}"
    return {
        **addresses(emulator),
        **trust_variables(emulator.authority, folder),
        **_in_both_cases("HTTPS_PROXY", emulator.url),
        **_in_both_cases("NO_PROXY", _extended("NO_PROXY", ",", LOOPBACK)),
        "NODE_OPTIONS": _extended("NODE_OPTIONS", " ", require),
    }


def addresses(emulator: ReachableEmulator) -> dict[str, str]:
    """Return variables for the emulator's address and for each host's address without DNS."""
    hosts = {
        f"PENDO_{region.name.upper()}_{role.upper()}_URL": emulator.host_url(region.host(role))
        for region in REGIONS.values()
        for role in ("content", "data", "app")
    }
    return hosts | {"PENDO_EMULATOR_URL": emulator.url, "PENDO_EMULATOR_CONTROL_URL": emulator.control_url}


def _write_preload(emulator: ReachableEmulator, folder: Path) -> Path:
    file = folder / "preload.cjs"
    file.write_text(node_preload(emulator.domains[1:], emulator.host, emulator.port), "utf-8")
    return file


def _in_both_cases(name: str, value: str) -> dict[str, str]:
    """Return a variable in both cases: curl reads lower case, others read upper case."""
    return {name: value, name.lower(): value}


def _extended(name: str, separator: str, value: str) -> str:
    present = os.environ.get(name) or os.environ.get(name.lower())
    return f"{present}{separator}{value}" if present else value

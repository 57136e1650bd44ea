"""Wiring: what a child process finds in its environment, so that Pendo's hosts are the emulator's to it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

from pendo_contracts.region import REGIONS
from pendo_emulator.clients.name_formats import node_preload
from pendo_emulator.tls.trust_environment import variables

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_emulator.server import Emulator

LOOPBACK: Final = "localhost,127.0.0.1,::1"


def child_environment(emulator: Emulator, folder: Path) -> dict[str, str]:
    """Name the variables of a child process; the files they lead to are written into `folder`.

    What the parent has in NO_PROXY and NODE_OPTIONS stays in force.
    """
    return {
        **addresses(emulator),
        **variables(emulator.authority, folder),
        **_both("HTTPS_PROXY", emulator.url),
        **_both("NO_PROXY", _added("NO_PROXY", ",", LOOPBACK)),
        "NODE_OPTIONS": _added("NODE_OPTIONS", " ", f"--require {json.dumps(str(_preload(emulator, folder)))}"),
    }


def addresses(emulator: Emulator) -> dict[str, str]:
    """Name the emulator's address, and each host's without DNS."""
    hosts = {
        f"PENDO_{region.name.upper()}_{role.upper()}_URL": emulator.host_url(region.host(role))
        for region in REGIONS.values()
        for role in ("content", "data", "app")
    }
    return hosts | {"PENDO_EMULATOR_URL": emulator.url, "PENDO_EMULATOR_CONTROL_URL": emulator.control_url}


def _preload(emulator: Emulator, folder: Path) -> Path:
    file = folder / "preload.cjs"
    file.write_text(node_preload(emulator.domains[1:], emulator.host, emulator.port), "utf-8")
    return file


def _both(name: str, value: str) -> dict[str, str]:
    """Spell a variable both ways: curl reads the small ones, others the capitals."""
    return {name: value, name.lower(): value}


def _added(name: str, separator: str, value: str) -> str:
    present = os.environ.get(name) or os.environ.get(name.lower())
    return f"{present}{separator}{value}" if present else value

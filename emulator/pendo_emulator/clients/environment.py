"""Environment variables that make a child process use the emulator instead of Pendo's hosts."""

from __future__ import annotations

import json
import logging
import os
import re
from typing import TYPE_CHECKING, Final, Protocol

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.addresses import covers
from pendo_emulator.clients.name_formats import node_preload
from pendo_emulator.tls.trust_environment import trust_variables

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_emulator.tls.authority import Authority

LOOPBACK: Final = "localhost,127.0.0.1,::1"

_SEPARATORS: Final = re.compile(r"[\s,]+")

log = logging.getLogger("pendo-emulator")


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


def child_environment(emulator: ReachableEmulator, folder: Path, forward_proxy: str = "") -> dict[str, str]:
    """Return the variables for a child process; the files they name are written into `folder`.

    `forward_proxy` is the URL of a proxy that reaches other hosts too; the child then uses it for plain HTTP as well.
    The parent's NO_PROXY and NODE_OPTIONS are extended, not replaced. Entries of NO_PROXY that would lead requests to
    the emulator's domains past it are left out, with a warning.
    """
    require = f"--require {json.dumps(str(_write_preload(emulator, folder)))}"
    return {
        **addresses(emulator),
        **trust_variables(emulator.authority, folder),
        **_in_both_cases("HTTPS_PROXY", forward_proxy or emulator.url),
        **(_in_both_cases("HTTP_PROXY", forward_proxy) if forward_proxy else {}),
        **_in_both_cases("NO_PROXY", ",".join((*_bypassing_hosts(emulator.domains), LOOPBACK))),
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


def _bypassing_hosts(domains: tuple[str, ...]) -> list[str]:
    """Return the entries of the parent's NO_PROXY without those that hide a host of these domains from the proxy."""
    kept = []
    for entry in filter(None, _SEPARATORS.split(_parents("NO_PROXY"))):
        if _hides(entry, domains):
            log.warning("NO_PROXY: %s is left out, because it leads requests past the emulator", entry)
        else:
            kept.append(entry)
    return kept


def _hides(entry: str, domains: tuple[str, ...]) -> bool:
    """Return whether an entry of NO_PROXY (`*`, a host or a domain, which may have a port) hides one of the domains."""
    name = entry.lower().lstrip("*.").partition(":")[0]
    return entry == "*" or covers(domains, name) or any(covers([name], domain) for domain in domains)


def _in_both_cases(name: str, value: str) -> dict[str, str]:
    """Return a variable in both cases: curl reads lower case, others read upper case."""
    return {name: value, name.lower(): value}


def _extended(name: str, separator: str, value: str) -> str:
    present = _parents(name)
    return f"{present}{separator}{value}" if present else value


def _parents(name: str) -> str:
    return os.environ.get(name) or os.environ.get(name.lower()) or ""

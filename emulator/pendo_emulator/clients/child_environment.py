"""Environment variables that make a child process use the emulator instead of Pendo's hosts."""

from __future__ import annotations

import logging
import os
import re
from typing import TYPE_CHECKING, Final, Protocol

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.addresses import covers
from pendo_emulator.clients.host_mapping_formats import node_preload
from pendo_emulator.tls.trust_environment import trust_variables

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_emulator.tls.authority import Authority

LOOPBACK: Final = "localhost,127.0.0.1,::1"

_SEPARATORS: Final = re.compile(r"[\s,]+")

log = logging.getLogger("pendo-emulator")


class ReachableEmulator(Protocol):
    """The members of an emulator that clients use: its addresses, its domains and the authority to trust."""

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
    """Return the variables for a child process, and write the files that they name into `folder`.

    `forward_proxy` is the URL of a proxy that reaches other hosts too; with it, the child uses that proxy also for
    plain HTTP. The parent's NO_PROXY and NODE_OPTIONS are extended, not replaced. Entries of NO_PROXY for the
    emulator's domains are removed, with a warning.
    """
    require = f"--require {_quote_for_node(_write_preload(emulator, folder))}"
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


def _quote_for_node(file: Path) -> str:
    """Quote a path for NODE_OPTIONS, where a backslash escapes only a double quote and a backslash."""
    escaped = str(file).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bypassing_hosts(domains: tuple[str, ...]) -> list[str]:
    """Return the entries of the parent's NO_PROXY, without the entries that match a host of these domains."""
    kept = []
    for entry in filter(None, _SEPARATORS.split(_parents("NO_PROXY"))):
        if _hides(entry, domains):
            log.warning("NO_PROXY: %s is removed for the command, so that its requests reach the emulator", entry)
        else:
            kept.append(entry)
    return kept


def _hides(entry: str, domains: tuple[str, ...]) -> bool:
    """Return whether an entry of NO_PROXY (`*`, a host or a domain, with or without a port) matches the domains."""
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

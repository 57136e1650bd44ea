"""Formats that map host names to the emulator: hosts files, PAC files, command line options."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.common.server_url import netloc
from pendo_emulator.addresses import domains, hosts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_PORT_NOTE: Final = "# no ports here: the emulator must listen on 443 at this address (pendo-emulator serve --port 443)"


def hosts_file(cnames: Iterable[str], address: str, _port: int) -> str:
    """Return lines for /etc/hosts."""
    return "\n".join((_PORT_NOTE, *(f"{address} {host}" for host in hosts(cnames))))


def extra_hosts(cnames: Iterable[str], address: str, _port: int) -> str:
    """Return `extra_hosts` for a service in a compose file."""
    return "\n".join((_PORT_NOTE, "extra_hosts:", *(f'  - "{host}:{address}"' for host in hosts(cnames))))


def chromium_rules(cnames: Iterable[str], address: str, port: int) -> str:
    """Return Chromium's command line option that maps the domains to the emulator on every port."""
    patterns = (pattern for name in domains(cnames) for pattern in (name, f"*.{name}"))
    return "--host-resolver-rules=" + ",".join(f"MAP {pattern} {netloc(address, port)}" for pattern in patterns)


def proxy_script(cnames: Iterable[str], address: str, port: int) -> str:
    """Return a PAC file that makes the emulator the proxy for its domains only."""
    return f"""\
function FindProxyForURL(url, host) {{
  var names = {json.dumps(domains(cnames))};
  for (var i = 0; i < names.length; i++)
    if (host === names[i] || dnsDomainIs(host, "." + names[i])) return "PROXY {netloc(address, port)}";
  return "DIRECT";
}}"""


def node_preload(cnames: Iterable[str], address: str, port: int) -> str:
    """Return a script for Node's --require that connects sockets for the emulator's domains to the emulator.

    This includes the sockets of fetch. Node 20 does not read proxy variables, and a script cannot set the agent of its
    fetch.
    """
    return f"""\
const {{ Socket }} = require("node:net");
const names = {json.dumps(domains(cnames))};
const covers = (host) => names.some((name) => host === name || host.endsWith("." + name));
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {{
  const given = Array.isArray(args[0]) ? args[0] : args;
  if (covers(String(given[0]?.host))) given[0] = {{ ...given[0], host: "{address}", port: {port} }};
  return connect.apply(this, args);
}};"""


class Format(NamedTuple):
    """`write` returns the text for CNAMEs, an address and a port; `address` is the default address."""

    write: Callable[[Iterable[str], str, int], str]
    address: str = "127.0.0.1"


FORMATS: Final[Mapping[str, Format]] = {
    "hosts-file": Format(hosts_file),
    "chromium": Format(chromium_rules),
    "pac": Format(proxy_script),
    "node": Format(node_preload),
    "compose": Format(extra_hosts, "host-gateway"),
}

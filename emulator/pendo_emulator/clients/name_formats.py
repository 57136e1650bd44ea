"""Names: which hosts an emulator answers for, and how programs are told where they are."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.region import HOSTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PENDO: Final = "pendo.io"

_PORT_NOTE: Final = "# a name has no port: the emulator must be reached on 443 there (pendo-emulator serve --port 443)"
_CNAME: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def domains(cnames: Iterable[str] = ()) -> tuple[str, ...]:
    """Name the domains an emulator answers for: Pendo's, and the CNAMEs given; ValueError for what is no host name."""
    names = tuple(name.lower().rstrip(".") for name in cnames)
    for name in names:
        if not _CNAME.fullmatch(name):
            raise ValueError(f"a CNAME is a host name like content.customer.example, not {name!r}")
    return tuple(dict.fromkeys((PENDO, *names)))


def covers(names: Iterable[str], host: str) -> bool:
    """Tell whether a host is one of these domains or below one."""
    return any(host == name or host.endswith(f".{name}") for name in names)


def hosts(cnames: Iterable[str] = ()) -> tuple[str, ...]:
    """List every host by its full name: those of all regions, and the CNAMEs given."""
    return (*HOSTS, *domains(cnames)[1:])


def hosts_file(cnames: Iterable[str], address: str, _port: int) -> str:
    """Write lines for /etc/hosts."""
    return "\n".join((_PORT_NOTE, *(f"{address} {host}" for host in hosts(cnames))))


def extra_hosts(cnames: Iterable[str], address: str, _port: int) -> str:
    """Write `extra_hosts` for a service of a compose file."""
    return "\n".join((_PORT_NOTE, "extra_hosts:", *(f'  - "{host}:{address}"' for host in hosts(cnames))))


def chromium_rules(cnames: Iterable[str], address: str, port: int) -> str:
    """Write the one command line option that leads Chromium to the emulator, whatever the port it asks for."""
    patterns = (pattern for name in domains(cnames) for pattern in (name, f"*.{name}"))
    return "--host-resolver-rules=" + ",".join(f"MAP {pattern} {address}:{port}" for pattern in patterns)


def proxy_script(cnames: Iterable[str], address: str, port: int) -> str:
    """Write a PAC file: the emulator is the proxy to its names, everything else goes its usual way."""
    return f"""\
function FindProxyForURL(url, host) {{
  var names = {json.dumps(domains(cnames))};
  for (var i = 0; i < names.length; i++)
    if (host === names[i] || dnsDomainIs(host, "." + names[i])) return "PROXY {address}:{port}";
  return "DIRECT";
}}"""


def node_preload(cnames: Iterable[str], address: str, port: int) -> str:
    """Write a script for Node's --require that leads sockets to the emulator's names there, those of fetch among them.

    Node 20 reads no proxy variable, and its fetch takes no agent from outside.
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


class Form(NamedTuple):
    """A way to tell programs where the names are, and the address that is usual for it."""

    write: Callable[[Iterable[str], str, int], str]
    address: str = "127.0.0.1"


FORMATS: Final[Mapping[str, Form]] = {
    "hosts-file": Form(hosts_file),
    "chromium": Form(chromium_rules),
    "pac": Form(proxy_script),
    "node": Form(node_preload),
    "compose": Form(extra_hosts, "host-gateway"),
}

"""Host names and paths that the emulator answers: Pendo's hosts, CNAMEs, and the emulator's own paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pendo_contracts.wire.region import HOSTS, locate
from pendo_emulator.errors import EmulatorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PENDO_DOMAIN: Final = "pendo.io"
HOST_PREFIX: Final = "/_host/"
CONTROL_PREFIX: Final = "/_emulator"
IMPORT_PATH: Final = f"{CONTROL_PREFIX}/import"
INSPECT_PATH: Final = f"{CONTROL_PREFIX}/inspect"
# The body of a request for one of these paths is a recording.
RECORDING_PATHS: Final = (IMPORT_PATH, INSPECT_PATH)
HEALTH_PATHS: Final = frozenset({"/healthz", "/readyz", "/metrics"})
ENGAGE_PREFIX: Final = "/api/v1/"
# The header of requests for the Engage API that has the integration key.
KEY_HEADER: Final = "x-pendo-integration-key"
OPENAPI_PATH: Final = f"{CONTROL_PREFIX}/openapi.json"
OPENAPI_PAGE: Final = f"{CONTROL_PREFIX}/openapi"
RULES_PATH: Final = "/rules/"
CONSOLE_PATH: Final = "/console"
FRONT_PATHS: Final = frozenset({"/", "/favicon.ico", "/robots.txt", "/rules"})
# Browsers request these files without being asked.
BROWSER_PROBES: Final = ("/.well-known/", "/apple-touch-icon")
NON_PENDO_KINDS: Final = frozenset({"local", "cname"})

_CUSTOMER_DOMAIN: Final = "customer.pendo.io"
_READING: Final = frozenset({"GET", "HEAD"})
_CONSOLE_FORMS: Final = frozenset({f"{CONSOLE_PATH}/login", f"{CONSOLE_PATH}/logout"})
# Nearly all requests have one of these prefixes, so they are tested first.
_INGEST_PREFIXES: Final = ("/data/", "/agent/")
_PENDO_PREFIXES: Final = (*_INGEST_PREFIXES, HOST_PREFIX)
_CNAME: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def domains(cnames: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the domains an emulator answers for: Pendo's, then the given CNAMEs in lower case.

    A content host also adds its data host, because the agent from the content host sends its data there. Raises
    EmulatorError for a CNAME that is not a full host name.
    """
    names = tuple(name.lower().rstrip(".") for name in cnames)
    for name in names:
        if not _CNAME.fullmatch(name):
            raise EmulatorError(f"a CNAME is a host name like content.customer.example, not {name!r}")
    return tuple(dict.fromkeys((PENDO_DOMAIN, *(host for name in names for host in (name, data_host_of(name))))))


def data_host_of(content_host: str) -> str:
    """Return the data host of a content host without a region: the same host, unless its name contains `content`.

    CNAMEs are `content.` and `data.` of one domain (documented). Pendo's hosts of one customer end with `-content` and
    `-data` (observed).
    """
    first, dot, rest = content_host.partition(".")
    if first == "content" or (first.endswith("-content") and rest == _CUSTOMER_DOMAIN):
        return f"{first.removesuffix('content')}data{dot}{rest}"
    return content_host


def covers(names: Iterable[str], host: str) -> bool:
    """Return whether a host is one of these domains or a subdomain of one."""
    return any(host == name or host.endswith(f".{name}") for name in names)


def hosts(cnames: Iterable[str] = ()) -> tuple[str, ...]:
    """List the full names of all hosts: the hosts of every region, then the given CNAMEs."""
    return (*HOSTS, *domains(cnames)[1:])


def intended_url(scheme: str, headers: Mapping[str, str], target: str) -> str:
    """Return the URL that a request is meant for; header names are lower-case.

    The host comes from the Host header, except for a path `/_host/<host>/<path>`: clients without DNS for Pendo's hosts
    use such a path to address `<path>` on `<host>`.
    """
    host = headers.get("host", "")
    if target.startswith(HOST_PREFIX):
        host, _, path = target.removeprefix(HOST_PREFIX).partition("/")
        target = f"/{path}"
    return f"{scheme}://{host}{target}"


def is_own_request(method: str, target: str, host: str, own_names: frozenset[str] = frozenset()) -> bool:
    """Return whether a request is for the emulator itself: its control API, its health checks or its pages.

    Health checks have common paths, so on a host of Pendo's they belong to that host. The console, the pages of the
    rules, and the files that browsers request together with them, exist only under names that cannot be a CNAME, and
    under `own_names`, which are lower-case and have no port.
    """
    if target.startswith(_PENDO_PREFIXES):
        return False
    if target.startswith(CONTROL_PREFIX):
        return target[len(CONTROL_PREFIX) : len(CONTROL_PREFIX) + 1] in {"", "/", "?"}
    path = target.partition("?")[0]
    if path in HEALTH_PATHS:
        return locate(host).kind in NON_PENDO_KINDS
    if path in FRONT_PATHS or path.startswith((RULES_PATH, *BROWSER_PROBES)):
        return method in _READING and _is_own_name(host, own_names)
    if path == CONSOLE_PATH or path.startswith(f"{CONSOLE_PATH}/"):
        return (method in _READING or (method == "POST" and path in _CONSOLE_FORMS)) and _is_own_name(host, own_names)
    return False


def is_engage_request(target: str, host: str, own_names: frozenset[str] = frozenset()) -> bool:
    """Return whether a request is for Pendo's Engage API: on an app host, or at the emulator's own address.

    A customer's CNAME has no such API (assumed).
    """
    if target.startswith(HOST_PREFIX):
        end = target.find("/", len(HOST_PREFIX))
        return target.startswith(ENGAGE_PREFIX, end) and locate(target[len(HOST_PREFIX) : end]).role == "app"
    if not target.startswith(ENGAGE_PREFIX):
        return False
    return locate(host).role == "app" or _is_own_name(host, own_names)


def needs_flask(method: str, target: str, host: str, own_names: frozenset[str] = frozenset()) -> bool:
    """Return whether the Flask application answers a request: it is for the emulator itself or the Engage API."""
    if target.startswith(_INGEST_PREFIXES):
        return False
    return is_own_request(method, target, host, own_names) or is_engage_request(target, host, own_names)


def _is_own_name(netloc: str, own_names: frozenset[str]) -> bool:
    """Return whether a host is this machine, an address, a name without a dot (a CNAME is none of these) or listed."""
    place = locate(netloc)
    return place.kind == "local" or not _CNAME.fullmatch(place.host) or place.host in own_names

"""Recognizes paths of Pendo's hosts that no contract covers, and wrong paths that are misspelled known paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from pendo_contracts.common.caching import cached_for_short_text
from pendo_contracts.wire.endpoint import ENDPOINTS, find_endpoint
from pendo_contracts.wire.region import is_pendo_host

if TYPE_CHECKING:
    from pendo_contracts.wire.region import Place

MIN_SIMILARITY: Final = 0.85
# The comparison takes 20 µs for each step, and a URL can have 30,000.
MAX_COMPARED_STEPS: Final = 20

_ENGAGE_API: Final = "/api/v1/"

# Only names with a dot are compared, because `rec` or `track` may be part of any path.
_NAMES: Final = tuple(endpoint.name for endpoint in ENDPOINTS if "." in endpoint.name)


def uncovered(place: Place, path: str) -> str:
    """Return why an unknown path is not judged; "" for a path that is judged and broken.

    Pendo's hosts and CNAMEs also serve guide content, the designer, static files and APIs (observed). Unknown paths
    below `/data/`, near misses of known paths, and unknown paths without a host of Pendo's are mistakes of the sender,
    except paths of the Engage API.
    """
    if is_engage_api(path):
        return f"no contract covers Pendo's Engage API, {_section(path)}"
    if place.kind == "local" or path.startswith("/data/") or path == "/data" or is_near_miss(path):
        return ""
    return f"no contract covers {_section(path)} on a {place.role or 'CNAME'} host"


def is_engage_api(path: str) -> bool:
    """Return whether a path is one of Pendo's REST API, which no agent and no server-side ingest uses (documented)."""
    return path.startswith(_ENGAGE_API)


@cached_for_short_text
def is_near_miss(path: str) -> bool:
    """Return whether a path is probably a misspelled known path.

    Near misses are another letter case, doubled or trailing slashes, a known file name in another folder, a misspelled
    file name, another file in the folder of pendo.js, and a Pendo host's name inside the path: if a setting lacks the
    scheme, a browser appends the host to the page's own address. Only the last MAX_COMPARED_STEPS steps are compared.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - 3 ms of start-up time; a server loads it before it waits

    steps = [step for step in unquote(path).lower().split("/") if step]
    if find_endpoint("/" + "/".join(steps)) is not None or steps[-4:-2] == ["agent", "static"]:
        return True
    compared = dict.fromkeys(steps[-MAX_COMPARED_STEPS:])
    return any(is_pendo_host(step) or get_close_matches(step, _NAMES, 1, MIN_SIMILARITY) for step in compared)


def _section(path: str) -> str:
    first, more, _ = path.removeprefix("/").partition("/")
    return f"/{first}/..." if more else path

"""The content host: serves the agent's script and its configuration, for each API key and host."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.region import REGIONS
from pendo_emulator.addresses import HOST_PREFIX, data_host_of
from pendo_emulator.hosts.agent_from_npm import wrap_in_function
from pendo_emulator.response import json_response, response

if TYPE_CHECKING:
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.hosts.answers import Answers
    from pendo_emulator.response import OutgoingResponse
    from pendo_emulator.subscription import Subscription

# importlib.resources would take 6 ms of start-up time.
_STAND_IN: Final = Path(__file__).with_name("stand_in")


def configuration(request: JudgedRequest, subscription: Subscription) -> dict[str, Any]:
    """Return the agent's configuration: its API key, environment and hosts, and the subscription's own members."""
    beacon = request.beacon
    region = beacon.place.region or REGIONS[subscription.region or "io"]
    hosts = {
        "server": _origin(request, region.app_host),
        "assetHost": _origin(request, region.content_host),
        "dataHost": _data_host(request, subscription),
        "contentHost": subscription.content_host,
    }
    return {
        "apiKey": beacon.api_key,
        "env": region.version_suffix,
        **{name: host for name, host in hosts.items() if host},
        **subscription.config,
    }


def _data_host(request: JudgedRequest, subscription: Subscription) -> str:
    """Return the data host; a CNAME with a scheme is not corrected, so that the user notices the mistake."""
    place, cname = request.beacon.place, subscription.data_host
    if cname and "://" in cname:
        return cname
    if cname and place.kind == "local":
        return f"https://{cname}"
    return _origin(request, cname or (place.region.data_host if place.region else data_host_of(place.host)))


def _origin(request: JudgedRequest, host: str) -> str:
    """Return a host's origin in the form that the client used: local address, `/_host/` URL or real name."""
    scheme, netloc = request.envelope.url.partition("://")[0], split_url(request.envelope.url)[0]
    host_header = request.envelope.headers.get("host", "")
    if request.beacon.place.kind == "local":
        return f"{scheme}://{host_header}"
    if netloc != host_header:
        return f"{scheme}://{host_header}{HOST_PREFIX}{host}"
    return f"https://{host}"


def answers(agent: str | None = None) -> Answers:
    """Return the functions that answer requests to the content host, by endpoint.

    `agent` is a JavaScript expression for a function that starts the agent, such as `read_agent` returns; the default
    is the stand-in.
    """
    start = agent or stand_in_script()

    def script(request: JudgedRequest, subscription: Subscription) -> OutgoingResponse:
        config = json.dumps(configuration(request, subscription))
        return response(f"{start}({config});\n".encode(), "text/javascript; charset=utf-8")

    return {"pendo.js": script, "config.json": _config}


@cache
def stand_in_script() -> str:
    """Return the stand-in agent as the JavaScript expression of a function that starts it."""
    folders = (_STAND_IN, *(folder for folder in _STAND_IN.iterdir() if folder.is_dir()))
    scripts = (file for folder in folders for file in folder.iterdir() if file.name.endswith(".js"))
    files = sorted(scripts, key=lambda file: file.name)
    return wrap_in_function("\n".join(file.read_text("utf-8") for file in files), "pendoStandIn")


def _config(request: JudgedRequest, subscription: Subscription) -> OutgoingResponse:
    return json_response(configuration(request, subscription))

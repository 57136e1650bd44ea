"""The content host: the snippet's script and the agent's configuration, made for each API key and host."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.beacon import split_url
from pendo_contracts.region import REGIONS
from pendo_emulator.hosts.agent_script import enclose
from pendo_emulator.http.request import EXPLICIT
from pendo_emulator.http.response import json_response, response

if TYPE_CHECKING:
    from pendo_contracts.region import Place
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.http.response import Answers, OutgoingResponse
    from pendo_emulator.subscription import Subscription

_STAND_IN: Final = resources.files("pendo_emulator").joinpath("hosts", "stand_in")


def configuration(exchange: Exchange, subscription: Subscription) -> dict[str, Any]:
    """Make the agent's configuration: its API key, its environment, the hosts it must use, what is set for the key."""
    beacon = exchange.beacon
    region = beacon.place.region or REGIONS[subscription.region or "io"]
    hosts = {
        "server": _origin(exchange, region.app_host),
        "assetHost": _origin(exchange, region.content_host),
        "dataHost": _data_host(exchange, subscription),
        "contentHost": subscription.content_host,
    }
    return {
        "apiKey": beacon.api_key,
        "env": region.version_suffix,
        **{name: host for name, host in hosts.items() if host},
        **subscription.config,
    }


def _data_host(exchange: Exchange, subscription: Subscription) -> str:
    """Name the data host; a CNAME with a scheme is passed on as it stands, so that a mistake in it stays one."""
    place, cname = exchange.beacon.place, subscription.data_host
    if cname and "://" in cname:
        return cname
    if cname and place.kind == "local":
        return f"https://{cname}"
    return _origin(exchange, cname or _sibling(place))


def _origin(exchange: Exchange, host: str) -> str:
    """Name a host as an origin the sender can reach the same way it reached this one."""
    scheme, netloc = exchange.envelope.url.partition("://")[0], split_url(exchange.envelope.url)[0]
    spoken = exchange.envelope.headers.get("host", "")
    if exchange.beacon.place.kind == "local":
        return f"{scheme}://{spoken}"
    if netloc != spoken:
        return f"{scheme}://{spoken}{EXPLICIT}{host}"
    return f"https://{host}"


def _sibling(place: Place) -> str:
    """Name the data host that belongs to a content host; `data.` beside `content.` for a CNAME is documented."""
    if place.region:
        return place.region.data_host
    first, _, rest = place.host.partition(".")
    return f"data.{rest}" if first == "content" else place.host


def answers(agent: str | None = None) -> Answers:
    """Answer with the agent that a JavaScript expression starts, as `read_agent` writes it; with the stand-in else."""
    start = agent or _stand_in()

    def script(exchange: Exchange, subscription: Subscription) -> OutgoingResponse:
        config = json.dumps(configuration(exchange, subscription))
        return response(f"{start}({config});\n".encode(), "text/javascript; charset=utf-8")

    return {"pendo.js": script, "config.json": _config}


@cache
def _stand_in() -> str:
    folders = (_STAND_IN, *(folder for folder in _STAND_IN.iterdir() if folder.is_dir()))
    scripts = (file for folder in folders for file in folder.iterdir() if file.name.endswith(".js"))
    files = sorted(scripts, key=lambda file: file.name)
    return enclose("\n".join(file.read_text("utf-8") for file in files), "pendoStandIn")


def _config(exchange: Exchange, subscription: Subscription) -> OutgoingResponse:
    return json_response(configuration(exchange, subscription))

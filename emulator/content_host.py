"""The content host: the snippet's script and the agent's configuration, made for each API key and host."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from flask import Response

from contracts.region import REGIONS
from emulator.answer import document
from emulator.edge import EXPLICIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.region import Place
    from emulator.exchange import Exchange

_STAND_IN: Final = resources.files("emulator").joinpath("stand_in")


def configuration(exchange: Exchange) -> dict[str, Any]:
    """Make the agent's configuration: its API key, its environment and the data host it must send to."""
    beacon = exchange.beacon
    region = beacon.place.region or REGIONS["io"]
    return {
        "apiKey": beacon.api_key,
        "env": region.version_suffix,
        "dataHost": _data_host(exchange),
    }


def _data_host(exchange: Exchange) -> str:
    """Name the data host as an origin the sender can reach the same way it reached this host."""
    place, headers = exchange.beacon.place, exchange.envelope.headers
    asked, spoken = urlsplit(exchange.envelope.url), headers.get("host", "")
    if place.kind == "local":
        return f"{asked.scheme}://{spoken}"
    if asked.netloc != spoken:
        return f"{asked.scheme}://{spoken}{EXPLICIT}{_sibling(place)}"
    return f"https://{_sibling(place)}"


def _sibling(place: Place) -> str:
    """Name the data host that belongs to a content host; `data.` beside `content.` for a CNAME is documented."""
    if place.region:
        return place.region.data_host
    first, _, rest = place.host.partition(".")
    return f"data.{rest}" if first == "content" else place.host


def _script(exchange: Exchange) -> Response:
    config = json.dumps(configuration(exchange))
    return Response(f"{_stand_in()}\npendoStandIn({config});\n", 200, mimetype="text/javascript")


@cache
def _stand_in() -> str:
    files = sorted((file for file in _STAND_IN.iterdir() if file.name.endswith(".js")), key=lambda file: file.name)
    return "\n".join(file.read_text("utf-8") for file in files)


def _config(exchange: Exchange) -> Response:
    return document(configuration(exchange))


ANSWERS: Final[Mapping[str, Callable[[Exchange], Response]]] = {"pendo.js": _script, "config.json": _config}

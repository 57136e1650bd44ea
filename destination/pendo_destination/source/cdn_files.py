"""The files of Segment's CDN that a page with Segment's snippet requests: analytics.js, its settings and our plugin.

The plugin requests the calls of subscriptions with a custom trigger or mapping here. analytics.js comes from
the user's copy of the npm package `@segment/analytics-next`; this project does not contain it.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, abort, request, send_from_directory
from msgspec.structs import asdict

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.source.custom_subscriptions import answer, is_preset
from pendo_destination.transport.http_transport import EMULATOR_HOST_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pendo_destination.runtime.configuration import Configuration
    from pendo_destination.runtime.definition import Subscription

# The paths of analytics-next's chunks and of Segment's remote plugins (observed).
CHUNKS_PATH: Final = "/analytics-next/bundles"
PLUGIN_PATH: Final = f"/next-integrations/actions/{PENDO_WEB.slug}.js"
LIBRARY_NAME: Final = "pendo-web-actionsDestination"
# Our own path: the calls of custom subscriptions for an event.
CALLS_PATH: Final = "/_plugin/<write_key>/calls"

_BUNDLES_FOLDER: Final = ("dist", "umd")
_SCHEME: Final = re.compile("^https?:/*")


def find_bundles(package: Path) -> Path:
    """Return the folder of built files in an `@segment/analytics-next` package; raise FileNotFoundError if missing."""
    folder = package.absolute().joinpath(*_BUNDLES_FOLDER)
    if not (folder / "standalone.js").is_file():
        message = f"{package} has no dist/umd/standalone.js; give the folder of an @segment/analytics-next package"
        raise FileNotFoundError(message)
    return folder


def create_cdn(
    configurations: Mapping[str, Configuration], bundles: Path | None, emulator: str | None = None
) -> Blueprint:
    """Create the routes for sources by write key; without `bundles`, requests for analytics.js give 404.

    With `emulator` (a base URL), pages load Pendo's agent from it and send their requests to it.
    """
    cdn = Blueprint("cdn", __name__)

    @cdn.get("/v1/projects/<write_key>/settings")
    def settings(write_key: str) -> dict[str, Any]:
        configuration = _find(configurations, write_key)
        return page_settings(write_key, configuration, request.host_url.rstrip("/"), emulator)

    @cdn.post(CALLS_PATH)
    def calls(write_key: str) -> Response:
        configuration = _find(configurations, write_key)
        return Response(answer(configuration, request.get_data(cache=False)), mimetype="application/json")

    @cdn.get("/analytics.js/v1/<write_key>/analytics.min.js")
    def library(write_key: str) -> Response:
        _find(configurations, write_key)
        return _bundle(bundles, "standalone.js")

    @cdn.get(f"{CHUNKS_PATH}/<path:name>")
    def chunk(name: str) -> Response:
        return _bundle(bundles, name)

    @cdn.get(PLUGIN_PATH)
    def plugin() -> Response:
        script = resources.files("pendo_destination").joinpath("browser", "plugin.js").read_text("utf-8")
        return Response(script, mimetype="text/javascript")

    return cdn


def _find(configurations: Mapping[str, Configuration], write_key: str) -> Configuration:
    if write_key not in configurations:
        abort(404, f"there is no source with the write key {write_key!r}")
    return configurations[write_key]


def _bundle(bundles: Path | None, name: str) -> Response:
    if bundles is None:
        abort(404, "start with --analytics-next PATH to serve your copy of @segment/analytics-next")
    if not (bundles / name).resolve().is_relative_to(bundles.resolve()):
        abort(404, f"{name} is a link to a file outside {bundles}")
    return send_from_directory(bundles, name, mimetype="text/javascript")


def page_settings(
    write_key: str, configuration: Configuration, origin: str, emulator: str | None = None
) -> dict[str, Any]:
    """Return the settings document, which sends Segment.io's events to this server and loads our plugin for Pendo.

    Its format is the format of the published library (observed). The members `callsUrl` and `custom` are our own.
    """
    address = urlsplit(origin)
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": write_key,
                "apiHost": f"{address.netloc}/v1",
                "protocol": address.scheme,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
            },
            PENDO_WEB.name: {"bundlingStatus": "bundled", "versionSettings": {"componentTypes": []}},
        },
        "remotePlugins": [
            {
                "name": PENDO_WEB.name,
                "creationName": PENDO_WEB.name,
                "libraryName": LIBRARY_NAME,
                "url": f"{origin}{PLUGIN_PATH}",
                "settings": {
                    **(_through_emulator(configuration.settings, emulator) if emulator else configuration.settings),
                    "callsUrl": origin + CALLS_PATH.replace("<write_key>", quote(write_key, safe="")),
                    "subscriptions": [_to_json(subscription) for subscription in configuration.subscriptions],
                },
            }
        ],
        "plan": {},
        "middlewareSettings": {},
        "metrics": {"sampleRate": 0},
    }


def _to_json(subscription: Subscription) -> dict[str, Any]:
    members = asdict(subscription)
    return {"partnerAction": members.pop("partner_action"), **members, "custom": not is_preset(subscription)}


def _through_emulator(settings: Mapping[str, Any], emulator: str) -> dict[str, Any]:
    """Return settings with the emulator's content hosts, for browsers without DNS for Pendo's hosts."""
    prefix = emulator.rstrip("/")
    hosts = {name: settings[name] for name in ("region", "cnameContentHost") if settings.get(name)}
    return {
        **settings,
        **{
            name: host if host.startswith(f"{prefix}/") else f"{prefix}{EMULATOR_HOST_PATH}{_SCHEME.sub('', host)}"
            for name, host in hosts.items()
        },
    }

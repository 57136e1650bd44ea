"""Segment's CDN, as far as a page with Segment's snippet asks it: analytics.js, its settings, our plugin.

analytics.js is the user's own copy of the npm package `@segment/analytics-next`; it is not shipped with this project.
"""

from __future__ import annotations

from dataclasses import asdict
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request, send_from_directory

from pendo_destination.destinations.pendo_web import PENDO_WEB

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pendo_destination.runtime.configuration import Configuration
    from pendo_destination.runtime.definition import Subscription

# Observed: where analytics-next looks for its chunks, and where remote plugins of Segment's are.
CHUNKS: Final = "/analytics-next/bundles"
PLUGIN: Final = f"/next-integrations/actions/{PENDO_WEB.slug}.js"
LIBRARY: Final = "pendo-web-actionsDestination"

_BUNDLES: Final = ("dist", "umd")


def find_bundles(package: Path) -> Path:
    """Find the built files of an `@segment/analytics-next` package; raise FileNotFoundError saying what is missing."""
    folder = package.joinpath(*_BUNDLES)
    if not (folder / "standalone.js").is_file():
        raise FileNotFoundError(f"{package} is no @segment/analytics-next package: it has no dist/umd/standalone.js")
    return folder


def create_cdn(configurations: Mapping[str, Configuration], bundles: Path | None) -> Blueprint:
    """Answer for the sources' pages; without `bundles`, analytics.js itself is 404."""
    cdn = Blueprint("cdn", __name__)

    @cdn.get("/v1/projects/<write_key>/settings")
    def settings(write_key: str) -> dict[str, Any]:
        configuration = configurations.get(write_key) or abort(404)
        return page_settings(write_key, configuration, request.host_url.rstrip("/"))

    @cdn.get("/analytics.js/v1/<write_key>/analytics.min.js")
    def library(write_key: str) -> Response:
        if write_key not in configurations:
            abort(404)
        return _bundle(bundles, "standalone.js")

    @cdn.get(f"{CHUNKS}/<path:name>")
    def chunk(name: str) -> Response:
        return _bundle(bundles, name)

    @cdn.get(PLUGIN)
    def plugin() -> Response:
        script = resources.files("pendo_destination").joinpath("browser", "plugin.js").read_text("utf-8")
        return Response(script, mimetype="text/javascript")

    return cdn


def _bundle(bundles: Path | None, name: str) -> Response:
    if bundles is None:
        abort(404, "start with --analytics-next PATH to serve your copy of @segment/analytics-next")
    return send_from_directory(bundles, name, mimetype="text/javascript")


def page_settings(write_key: str, configuration: Configuration, origin: str) -> dict[str, Any]:
    """Write the settings document: Segment.io pointed back at this server, and our plugin for Pendo.

    Its shape is observed in the published library.
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
                "libraryName": LIBRARY,
                "url": f"{origin}{PLUGIN}",
                "settings": {
                    **configuration.settings,
                    "subscriptions": [_subscription(one) for one in configuration.subscriptions],
                },
            }
        ],
        "plan": {},
        "middlewareSettings": {},
        "metrics": {"sampleRate": 0},
    }


def _subscription(subscription: Subscription) -> dict[str, Any]:
    written = asdict(subscription)
    return {"partnerAction": written.pop("partner_action"), **written}

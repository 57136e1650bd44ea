"""A real server of each API."""

import pytest

from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.source import Source, TrackingApi
from pendo_destination.source.cdn_files import create_cdn
from pendo_destination.transport.http_transport import HttpTransport
from pendo_emulator.server import Emulator

SETTINGS = {"apiKey": "openapi", "region": "https://cdn.eu.pendo.io"}


@pytest.fixture(scope="package")
def emulator():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="package")
def api(emulator):
    """Serve a Tracking API with the source `W`, which sends to the emulator, and the files of its pages."""
    with HttpTransport(emulator.url) as http:
        plugins = compile_plugins(PENDO_WEB, PENDO_WEB.presets)
        config = SiteConfig(PENDO_WEB, SETTINGS, plugins, http, sleep=lambda _seconds: None)
        with TrackingApi([Source("W", config, idle=0.01)]) as api:
            api.app.register_blueprint(create_cdn({"W": Configuration(SETTINGS, PENDO_WEB.presets)}, None))
            yield api

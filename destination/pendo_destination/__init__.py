"""Segment's Pendo destinations: they turn Segment events into requests to Pendo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.lazy_names import lazy_names as _lazy_names

if TYPE_CHECKING:
    from pendo_destination.agent.offline_transport import OfflineTransport
    from pendo_destination.browser.browser_tab import BrowserTab
    from pendo_destination.browser.site import Site
    from pendo_destination.browser.site_config import SiteConfig
    from pendo_destination.destinations.pendo_web import PENDO_WEB
    from pendo_destination.errors import ConfigurationError, DestinationError, UnreachableError
    from pendo_destination.mapping import compile_mapping
    from pendo_destination.runtime.configuration import find_configuration_problems, read_configuration
    from pendo_destination.source import Source, TrackingApi
    from pendo_destination.transport.http_transport import HttpTransport
    from pendo_destination.trigger import compile_trigger

__all__ = [
    "PENDO_WEB",
    "BrowserTab",
    "ConfigurationError",
    "DestinationError",
    "HttpTransport",
    "OfflineTransport",
    "Site",
    "SiteConfig",
    "Source",
    "TrackingApi",
    "UnreachableError",
    "compile_mapping",
    "compile_trigger",
    "find_configuration_problems",
    "read_configuration",
]

__getattr__ = _lazy_names(
    __name__,
    {
        "agent.offline_transport": ("OfflineTransport",),
        "browser.site": ("Site",),
        "browser.site_config": ("SiteConfig",),
        "browser.browser_tab": ("BrowserTab",),
        "destinations.pendo_web": ("PENDO_WEB",),
        "errors": ("ConfigurationError", "DestinationError", "UnreachableError"),
        "mapping": ("compile_mapping",),
        "runtime.configuration": ("find_configuration_problems", "read_configuration"),
        "source": ("Source", "TrackingApi"),
        "transport.http_transport": ("HttpTransport",),
        "trigger": ("compile_trigger",),
    },
)

"""The destinations of one source, configured for a target."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from pendo_contracts.wire.region import REGIONS, locate
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.commands._shared.read_settings import configure
from pendo_destination.destinations import classic, webhook
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.runtime.settings_check import find_settings_problems, with_defaults

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from pendo_destination.destinations.delivery_outcome import PagePlugin
    from pendo_destination.runtime.definition import Field
    from pendo_destination.runtime.destination_instance import Validation
    from pendo_destination.transport.http_transport import Transport
    from pendo_destination.transport.target import Target

SETTINGS: Final[Mapping[str, Collection[str]]] = {
    "actions": {*PENDO_WEB.settings, "subscriptions"},
    "classic": classic.SETTINGS,
    "webhook": webhook.SETTINGS,
}


def build_site_config(
    names: tuple[str, ...], document: Mapping[str, Any], target: Target, transport: Transport, validation: Validation
) -> SiteConfig:
    """Configure the destinations of a source for a target; raise click.UsageError that lists every problem.

    Each destination uses the settings that it has; a setting that no destination has is a problem.
    """
    settings = split_settings(names, target.complete(document))
    configuration = configure(settings["actions"], target) if "actions" in settings else Configuration({}, ())
    others = tuple(
        _OTHER_DESTINATIONS[name](settings[name], transport) for name in settings if name in _OTHER_DESTINATIONS
    )
    return SiteConfig.from_configuration(PENDO_WEB, configuration, transport, validation, others)


def split_settings(names: Iterable[str], settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return for each destination the settings that it has.

    A setting that no destination has is given to all of them, so that each reports it as a problem.
    """
    known = {key for name in names for key in SETTINGS[name]}
    return {
        name: {key: value for key, value in settings.items() if key in SETTINGS[name] or key not in known}
        for name in names
    }


def classic_plugin(settings: dict[str, Any]) -> PagePlugin:
    """Check the settings of the classic destination and return its constructor; raise click.UsageError."""
    _check("classic destination", classic.SETTINGS, settings)
    return partial(classic.ClassicIntegration, settings)


def webhook_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Check and complete the settings of the webhook; the region may be a name or the URL of a content host."""
    if "region" in settings:
        settings |= {"region": _region_name(settings["region"])}
    _check("webhook", webhook.SETTINGS, settings)
    complete = with_defaults(webhook.SETTINGS, settings)
    if "webhook" not in REGIONS[complete["region"]].offered_by:
        click.echo(f"note: the webhook's address in region {complete['region']} is assumed, not documented", err=True)
    return complete


def _webhook_plugin(settings: dict[str, Any], transport: Transport) -> PagePlugin:
    complete = webhook_settings(settings)
    return lambda _connect: webhook.Webhook(complete, transport)


_OTHER_DESTINATIONS: Final[Mapping[str, Callable[[dict[str, Any], Transport], PagePlugin]]] = {
    "classic": lambda settings, _transport: classic_plugin(settings),
    "webhook": _webhook_plugin,
}


def _region_name(region: Any) -> Any:
    """Return the region's name for the URL of a content host, the format of Pendo Web (Actions); else the value."""
    place = locate(urlsplit(region).netloc) if isinstance(region, str) else None
    return place.region.name if place and place.region else region


def _check(name: str, fields: Mapping[str, Field], settings: dict[str, Any]) -> None:
    problems = list(find_settings_problems(fields, settings))
    if problems:
        raise click.UsageError(f"the settings of the {name} are invalid\n" + "\n".join(map(str, problems)))

"""What events are sent through: the destinations of one source, set up for a target."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from pendo_contracts.region import REGIONS, locate
from pendo_destination.browser.device import Setup
from pendo_destination.commands._shared.settings import configure
from pendo_destination.destinations import classic, webhook
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.runtime.instance import compile_plugins
from pendo_destination.runtime.settings import find_settings_problems, with_defaults

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from pendo_destination.destinations.delivery import Install
    from pendo_destination.runtime.definition import Field
    from pendo_destination.runtime.instance import Validation
    from pendo_destination.transport.http import Transport
    from pendo_destination.transport.target import Target

SETTINGS: Final[Mapping[str, Collection[str]]] = {
    "actions": {*PENDO_WEB.settings, "subscriptions"},
    "classic": classic.SETTINGS,
    "webhook": webhook.SETTINGS,
}

through_option = click.option(
    "--through",
    "names",
    multiple=True,
    type=click.Choice(list(SETTINGS)),
    default=("actions",),
    show_default=True,
    help="A destination of the source: Pendo Web (Actions), the classic one, the webhook; may be repeated.",
)


def set_up(
    names: tuple[str, ...], document: Mapping[str, Any], target: Target, transport: Transport, validation: Validation
) -> Setup:
    """Set the destinations of a source up for a target; raises click.UsageError with every problem.

    Each takes those of the settings that it knows; what none of them knows is a problem.
    """
    own = share(names, {**document, **target.settings})
    configuration = configure(own["actions"], target) if "actions" in own else Configuration({}, ())
    plugins = compile_plugins(PENDO_WEB, configuration.subscriptions)
    beside = tuple(_BESIDE[name](own[name], transport) for name in own if name in _BESIDE)
    return Setup(PENDO_WEB, configuration.settings, plugins, transport, validation, beside=beside)


def share(names: Iterable[str], settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give each destination those of the settings that it knows; what none of them knows goes to all, to be refused."""
    known = {key for name in names for key in SETTINGS[name]}
    return {
        name: {key: value for key, value in settings.items() if key in SETTINGS[name] or key not in known}
        for name in names
    }


def place_classic(settings: dict[str, Any]) -> Install:
    """Check the classic destination's settings and say how it is put on a page; raises click.UsageError."""
    _check("classic destination", classic.SETTINGS, settings)
    return partial(classic.Classic, settings)


def complete_webhook(settings: dict[str, Any]) -> dict[str, Any]:
    """Check the webhook's settings, the region by its name or its content host, and complete them."""
    if "region" in settings:
        settings |= {"region": _region_name(settings["region"])}
    _check("webhook", webhook.SETTINGS, settings)
    complete = with_defaults(webhook.SETTINGS, settings)
    if "webhook" not in REGIONS[complete["region"]].offered_by:
        click.echo(f"note: the webhook's address in region {complete['region']} is assumed, not documented", err=True)
    return complete


def _place_webhook(settings: dict[str, Any], transport: Transport) -> Install:
    complete = complete_webhook(settings)
    return lambda _connect: webhook.Webhook(complete, transport)


_BESIDE: Final[Mapping[str, Callable[[dict[str, Any], Transport], Install]]] = {
    "classic": lambda settings, _transport: place_classic(settings),
    "webhook": _place_webhook,
}


def _region_name(region: Any) -> Any:
    """Name the region of a content host's URL, which is how Pendo Web (Actions) writes it."""
    place = locate(urlsplit(region).netloc) if isinstance(region, str) else None
    return place.region.name if place and place.region else region


def _check(name: str, fields: Mapping[str, Field], settings: dict[str, Any]) -> None:
    problems = list(find_settings_problems(fields, settings))
    if problems:
        raise click.UsageError(f"the settings of the {name} are wrong\n" + "\n".join(map(str, problems)))

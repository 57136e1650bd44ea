"""The configuration of a site, used for all visitors: the destinations with their settings, and the transport."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pendo_destination.agent.environment.page_and_browser import now, random_id
from pendo_destination.runtime.destination_instance import DestinationInstance, compile_plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from pendo_destination.agent.environment.page_and_browser import Clock, IdMaker
    from pendo_destination.destinations.delivery_outcome import Destination, PagePlugin
    from pendo_destination.runtime.configuration import Configuration
    from pendo_destination.runtime.definition import Connect, Definition, Subscription
    from pendo_destination.runtime.destination_instance import Plugin, Validation
    from pendo_destination.transport.http_transport import Transport


class SiteConfig(Struct, frozen=True):
    """The destinations of a site and the transport that their requests go through.

    `subscriptions` are those that `plugins` were compiled from, for explanations. `other_destinations` are further
    destinations of the same source. Without `plugins` the site has only these.
    `sleep` waits for a number of seconds. `clock` returns milliseconds since 1970, for events without a time; `make_id`
    returns the random ids of the agents.
    """

    definition: Definition
    settings: Mapping[str, Any]
    plugins: tuple[Plugin, ...]
    transport: Transport
    validation: Validation = "documented"
    sleep: Callable[[float], None] = time.sleep
    other_destinations: tuple[PagePlugin, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    clock: Clock = now
    make_id: IdMaker = random_id

    @classmethod
    def from_configuration(
        cls,
        definition: Definition,
        configuration: Configuration,
        transport: Transport,
        validation: Validation = "documented",
        other_destinations: tuple[PagePlugin, ...] = (),
    ) -> Self:
        """Compile the subscriptions of a configuration."""
        plugins = compile_plugins(definition, configuration.subscriptions)
        return cls(
            definition,
            configuration.settings,
            plugins,
            transport,
            validation,
            other_destinations=other_destinations,
            subscriptions=configuration.subscriptions,
        )

    def install(self, connect: Connect) -> tuple[Destination, ...]:
        """Create the destinations of one page; `connect` takes the URL of the agent's script and returns the agent."""
        instance = DestinationInstance(self.definition, self.settings, self.plugins, connect, self.validation)
        return (instance, *(create(connect) for create in self.other_destinations))

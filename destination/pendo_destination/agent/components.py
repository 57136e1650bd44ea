"""Parts: what an initialized agent is made of, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pendo_destination.agent.delivery.data_host import DataHost
from pendo_destination.agent.delivery.lost_requests import Losses
from pendo_destination.agent.delivery.outbox import Unsent
from pendo_destination.agent.delivery.request import Sender
from pendo_destination.agent.page import Location
from pendo_destination.agent.timers import Timers
from pendo_destination.agent.visitor.identity import Identity
from pendo_destination.agent.visitor.metadata import Metadata
from pendo_destination.agent.visitor.promoted import Promoted
from pendo_destination.agent.visitor.session import Session
from pendo_destination.agent.visitor.storage import Storage

if TYPE_CHECKING:
    from pendo_destination.agent.config import Config
    from pendo_destination.agent.delivery.signature import Signature
    from pendo_destination.agent.page import Environment


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces that share one page's state."""

    config: Config
    environment: Environment
    signature: Signature
    location: Location
    storage: Storage
    identity: Identity
    metadata: Metadata
    session: Session
    promoted: Promoted
    host: DataHost
    sender: Sender
    timers: Timers
    unsent: Unsent
    losses: Losses

    @classmethod
    def assemble(cls, config: Config, environment: Environment, signature: Signature) -> Self:
        """Put an agent's parts together."""
        location = Location(environment.page.url, config.hash_ignored)
        local = None if config.in_memory else environment.browser.local_storage
        storage = Storage(local, config.api_key, environment.clock)
        identity = Identity(config, storage, environment.ids)
        metadata = Metadata(config, environment, identity)
        host = DataHost(config, environment)
        return cls(
            config=config,
            environment=environment,
            signature=signature,
            location=location,
            storage=storage,
            identity=identity,
            metadata=metadata,
            session=Session(config, environment, storage, location),
            promoted=Promoted(config, storage, signature, metadata),
            host=host,
            sender=Sender(config, host, environment.clock),
            timers=Timers(environment.clock),
            unsent=Unsent(storage),
            losses=Losses(environment.clock()),
        )

    def report(self, error: str) -> None:
        """Report an error of the visitor's page to Pendo."""
        self.host.report(error, self.identity.visitor_id)

"""Parts: what an initialized agent is made of, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from destination.agent.data_host import DataHost
from destination.agent.identity import Identity
from destination.agent.losses import Losses
from destination.agent.metadata import Metadata
from destination.agent.page import Location
from destination.agent.promoted import Promoted
from destination.agent.request import Sender
from destination.agent.session import Session
from destination.agent.storage import Storage
from destination.agent.timers import Timers
from destination.agent.unsent import Unsent

if TYPE_CHECKING:
    from destination.agent.config import Config
    from destination.agent.page import Environment
    from destination.agent.signature import Signature


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

"""Creates the components of an initialized agent and connects them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from pendo_destination.agent.delivery.captured_event import EventCapture
from pendo_destination.agent.delivery.data_host import DataHost
from pendo_destination.agent.delivery.error_log import ErrorLog
from pendo_destination.agent.delivery.event_collector import EventCollector, EventQueues
from pendo_destination.agent.delivery.event_queue import EventQueue
from pendo_destination.agent.delivery.guide_requests import GuideRequests
from pendo_destination.agent.delivery.lost_requests import LostRequests
from pendo_destination.agent.delivery.outbox import Outbox
from pendo_destination.agent.delivery.request_builder import RequestBuilder
from pendo_destination.agent.delivery.send_queue import SendQueue
from pendo_destination.agent.delivery.sender import Sender
from pendo_destination.agent.environment.page_and_browser import Location
from pendo_destination.agent.environment.storage import Storage
from pendo_destination.agent.environment.timers import Timers
from pendo_destination.agent.guides import Guides
from pendo_destination.agent.visitor.identity import Identity
from pendo_destination.agent.visitor.metadata import Metadata
from pendo_destination.agent.visitor.promoted_metadata import PromotedMetadata
from pendo_destination.agent.visitor.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.page_and_browser import Environment
    from pendo_destination.agent.visitor.signed_metadata import SignedMetadata


class Components(Struct, frozen=True):
    """The components that the calls of an agent use; each one has only the other components that it needs."""

    config: Config
    environment: Environment
    signature: SignedMetadata
    location: Location
    timers: Timers
    identity: Identity
    metadata: Metadata
    session: Session
    promoted: PromotedMetadata
    errors: ErrorLog
    collector: EventCollector
    guides: Guides

    @classmethod
    def assemble(cls, config: Config, environment: Environment, signature: SignedMetadata) -> Self:
        """Create the components of one page."""
        location = Location(environment.page.url, config.hash_ignored)
        local = None if config.in_memory else environment.browser.local_storage
        storage = Storage(local, config.api_key, environment.clock)
        timers = Timers(environment.clock)
        identity = Identity(config, storage, environment.make_id)
        metadata = Metadata(config, environment, identity)
        session = Session(config, environment, storage, location)
        promoted = PromotedMetadata(config, storage, signature, metadata)
        delivery = _Delivery.create(config, environment, storage, signature, identity)
        collector = delivery.open_collector(
            config, identity, EventCapture(environment, location, identity, session, promoted), timers
        )
        guides = Guides(
            config,
            location,
            identity,
            metadata,
            storage=storage,
            timers=timers,
            requests=GuideRequests(config, delivery.host, signature, environment.clock),
            on_loaded=collector.flush_later,
        )
        return cls(
            config=config,
            environment=environment,
            signature=signature,
            location=location,
            timers=timers,
            identity=identity,
            metadata=metadata,
            session=session,
            promoted=promoted,
            errors=delivery.errors,
            collector=collector,
            guides=guides,
        )


class _Delivery(Struct, frozen=True):
    """The components between an event and the data host."""

    host: DataHost
    errors: ErrorLog
    outbox: Outbox
    lost_requests: LostRequests
    builder: RequestBuilder
    sender: Sender

    @classmethod
    def create(
        cls, config: Config, environment: Environment, storage: Storage, signature: SignedMetadata, identity: Identity
    ) -> Self:
        host = DataHost(config, environment)
        errors, outbox = ErrorLog(host, identity), Outbox(storage)
        return cls(
            host,
            errors,
            outbox,
            LostRequests(environment.clock),
            RequestBuilder(config, signature, host, errors),
            Sender(config, host, outbox, environment.clock),
        )

    def open_collector(
        self, config: Config, identity: Identity, capture: EventCapture, timers: Timers
    ) -> EventCollector:
        """Create the collector of a page's events, whose queues first send the unsent requests of the last page."""
        open_queue = partial(self._open_queue, config.api_keys, timers)
        return EventCollector(
            config,
            identity,
            capture,
            EventQueues(open_queue("ptm", {}), open_queue("ptm", {"type": "track"}), open_queue("agentic", {})),
            lost_requests=self.lost_requests,
            outbox=self.outbox,
            host=self.host,
            timers=timers,
            errors=self.errors,
        )

    def _open_queue(
        self, api_keys: Iterable[str], timers: Timers, beacon: str, params: Mapping[str, str]
    ) -> EventQueue:
        on_give_up = partial(self.lost_requests.count, beacon)
        send_queues = [SendQueue(partial(self.sender.send, api_key=key), timers, on_give_up) for key in api_keys]
        queue = EventQueue(beacon, params, self.builder, send_queues)
        queue.send(self.outbox.take(beacon))
        return queue

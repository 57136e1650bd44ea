"""Creates the components of an initialized agent and connects them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

from pendo_destination.agent.delivery.captured_event import EventCapture
from pendo_destination.agent.delivery.data_host import DataHost
from pendo_destination.agent.delivery.error_log import ErrorLog
from pendo_destination.agent.delivery.event_collector import EventQueues, Stream
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
    from collections.abc import Mapping

    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.page_and_browser import Environment
    from pendo_destination.agent.visitor.signed_metadata import Signature


@dataclass(frozen=True, slots=True)
class Components:
    """The components that the calls of an agent use; each one has only the other components that it needs."""

    config: Config
    environment: Environment
    signature: Signature
    location: Location
    timers: Timers
    identity: Identity
    metadata: Metadata
    session: Session
    promoted: PromotedMetadata
    errors: ErrorLog
    stream: Stream
    guides: Guides

    @classmethod
    def assemble(cls, config: Config, environment: Environment, signature: Signature) -> Self:
        """Create the components of one page."""
        location = Location(environment.page.url, config.hash_ignored)
        local = None if config.in_memory else environment.browser.local_storage
        storage = Storage(local, config.api_key, environment.clock)
        timers = Timers(environment.clock)
        identity = Identity(config, storage, environment.make_id)
        metadata = Metadata(config, environment, identity)
        session = Session(config, environment, storage, location)
        promoted = PromotedMetadata(config, storage, signature, metadata)
        host = DataHost(config, environment)
        errors = ErrorLog(host, identity)
        outbox, lost_requests = Outbox(storage), LostRequests(environment.clock)
        builder = RequestBuilder(config, signature, host, errors)
        sender = Sender(config, host, outbox, environment.clock)

        def open_queue(beacon: str, params: Mapping[str, str]) -> EventQueue:
            on_give_up = partial(lost_requests.count, beacon)
            send_queues = [
                SendQueue(partial(sender.send, api_key=api_key), timers, on_give_up) for api_key in config.api_keys
            ]
            queue = EventQueue(beacon, params, builder, send_queues)
            queue.send(outbox.take(beacon))
            return queue

        stream = Stream(
            config,
            identity,
            EventCapture(environment, location, identity, session, promoted),
            EventQueues(open_queue("ptm", {}), open_queue("ptm", {"type": "track"}), open_queue("agentic", {})),
            lost_requests=lost_requests,
            outbox=outbox,
            host=host,
            timers=timers,
            errors=errors,
        )
        guides = Guides(
            config,
            location,
            identity,
            metadata,
            storage=storage,
            timers=timers,
            requests=GuideRequests(config, host, signature, environment.clock),
            on_loaded=stream.flush_later,
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
            errors=errors,
            stream=stream,
            guides=guides,
        )

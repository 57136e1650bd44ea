"""Compares the events that a server acknowledged with the events in its store."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.request import urlopen

from sqlalchemy import create_engine, text

from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.stress.event_sender import EventSender
    from tests.stress.server_process import ServerProcess

TIMEOUT: Final = 30.0
PAGE: Final = 1_000

_REQUESTS: Final = text("SELECT method, url, body FROM exchanges WHERE api_key = :api_key")


def count_stored_events(store: str, api_key: str) -> Counter[str]:
    """Count the events of an API key in a store, by the name that the sender gave each event.

    `store` is the path of a SQLite file or a PostgreSQL URL. The names come from the recorded requests.
    """
    url = store.replace("postgresql:", "postgresql+psycopg:") if "://" in store else f"sqlite:///{store}"
    engine = create_engine(url)
    with engine.connect().execution_options(yield_per=PAGE) as connection:
        names = Counter(
            event.value.get("track_event_name") or event.value["event"]
            for method, address, body in connection.execute(_REQUESTS, {"api_key": api_key})
            for event in from_envelope(Envelope(method, address, {}, body, 0)).events
        )
    engine.dispose()
    return names


def read_received_count(server: ServerProcess, api_key: str) -> int:
    """Return how many received events of an API key the server's control API reports."""
    host, port = server.address
    with urlopen(f"http://{host}:{port}/_emulator/keys/{api_key}/counts", timeout=TIMEOUT) as response:
        return sum(count["received"] for count in json.load(response))


def find_lost_and_duplicate_events(senders: Sequence[EventSender], stored: Counter[str]) -> Iterator[str]:
    """Describe each event that is lost, stored more than once, or stored although no sender sent it."""
    acknowledged = {name for sender in senders for name in sender.acknowledged}
    sent = {name for sender in senders for name in sender.sent}
    yield from (f"{name} was acknowledged but is lost" for name in sorted(acknowledged - stored.keys()))
    yield from (f"{name} is stored {times} times" for name, times in sorted(stored.items()) if times > 1)
    yield from (f"{name} is stored but was never sent" for name in sorted(stored.keys() - sent))

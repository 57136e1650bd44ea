"""Ledger: what was acknowledged, held against what lies in the store."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.request import urlopen

from sqlalchemy import create_engine, text

from pendo_contracts.beacon import from_envelope
from pendo_contracts.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.stress.crash.sender import Sender
    from tests.stress.crash.server import Server

PATIENCE: Final = 30.0
PAGE: Final = 1_000

_REQUESTS: Final = text("SELECT method, url, body FROM exchanges WHERE api_key = :api_key")


def read_names(store: str, api_key: str) -> Counter[str]:
    """Count how often each of our events lies in a store, a SQLite file or a URL, by what was recorded as sent."""
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


def read_total(server: Server, api_key: str) -> int:
    """Ask a server how many events of a key it counts."""
    host, port = server.address
    with urlopen(f"http://{host}:{port}/_emulator/keys/{api_key}/counts", timeout=PATIENCE) as answer:
        return sum(count["received"] for count in json.load(answer))


def compare(senders: Sequence[Sender], names: Counter[str]) -> Iterator[str]:
    """Say what is in a store and should not be, or should be and is not."""
    acknowledged = {name for sender in senders for name in sender.acknowledged}
    sent = {name for sender in senders for name in sender.sent}
    yield from (f"{name} was acknowledged and is lost" for name in sorted(acknowledged - names.keys()))
    yield from (f"{name} is there {times} times" for name, times in sorted(names.items()) if times > 1)
    yield from (f"{name} was never sent" for name in sorted(names.keys() - sent))

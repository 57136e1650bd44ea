"""The store: exchanges, counts and key settings in a database."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pendo_emulator.storage.database import open_database
from pendo_emulator.storage.query import PAGE_LIMIT
from pendo_emulator.storage.writer import StoreWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pendo_emulator.storage.database import Durability
    from pendo_emulator.storage.query import Query, StoredExchange
    from pendo_emulator.storage.reader import Reader


class Store:
    """A writer and a reader of one database.

    `address` is a SQLite file or a URL. Raises StoreError if the store cannot be used.
    """

    def __init__(self, address: Path | str, durability: Durability = "normal") -> None:
        self.database = open_database(address, durability)
        self.writer = StoreWriter(self.database)

    @cached_property
    def reader(self) -> Reader:
        """The reader, loaded on first use."""
        from pendo_emulator.storage.reader import Reader  # noqa: PLC0415 - SQLAlchemy is slow to load

        return Reader(self.database)

    def read_all(self, query: Query) -> Iterator[StoredExchange]:
        """Yield every matching exchange, reading page by page."""
        while page := self.reader.read(query, PAGE_LIMIT):
            yield from page
            query = replace(query, after=page[-1].id)

    def disconnect_reader(self) -> None:
        """Close the reader's connections; its next query opens new ones."""
        if "reader" in self.__dict__:
            self.reader.close()

    def close(self) -> None:
        """Close all connections."""
        self.writer.close()
        self.disconnect_reader()

"""Store: exchanges, an index of their events and what keys were set up with, in a database."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from pendo_emulator.storage.database import open_database
from pendo_emulator.storage.query import PAGE_LIMIT
from pendo_emulator.storage.writer import StoreWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pendo_emulator.storage.database import Durability
    from pendo_emulator.storage.query import Query, Stored
    from pendo_emulator.storage.reader import Reader


class Store:
    """A journal that writes and a reader that queries.

    `address` is a SQLite file or a URL. Raises StoreError where it cannot be used.
    """

    def __init__(self, address: Path | str, durability: Durability = "normal") -> None:
        self.database = open_database(address, durability)
        self.writer = StoreWriter(self.database)

    @cached_property
    def reader(self) -> Reader:
        """The queries, which are loaded when the first is asked: whoever only records need not wait for them."""
        from pendo_emulator.storage.reader import Reader  # noqa: PLC0415 - SQLAlchemy takes longer to load than all the rest

        return Reader(self.database)

    def read_all(self, query: Query) -> Iterator[Stored]:
        """Read every exchange that matches, page by page."""
        while page := self.reader.read(query, PAGE_LIMIT):
            yield from page
            query = replace(query, after=page[-1].id)

    def renew(self) -> None:
        """Have queries open their connections anew."""
        if "reader" in self.__dict__:
            self.reader.close()

    def close(self) -> None:
        """Close all connections."""
        self.writer.close()
        self.renew()

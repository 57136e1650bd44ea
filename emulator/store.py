"""Store: exchanges, an index of their events and what keys were set up with, in a database."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from emulator.database import open_database
from emulator.journal import Journal
from emulator.query import PAGE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emulator.database import Durability
    from emulator.query import Query, Stored
    from emulator.reader import Reader


class Store:
    """A journal that writes and a reader that queries.

    `address` is a SQLite file or a URL. Raises StoreError where it cannot be used.
    """

    def __init__(self, address: Path | str, durability: Durability = "normal") -> None:
        self.database = open_database(address, durability)
        self.journal = Journal(self.database)

    @cached_property
    def reader(self) -> Reader:
        """The queries, which are loaded when the first is asked: whoever only records need not wait for them."""
        from emulator.reader import Reader  # noqa: PLC0415 - SQLAlchemy takes longer to load than all the rest

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
        self.journal.close()
        self.renew()

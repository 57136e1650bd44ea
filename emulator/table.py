"""The tables of the store: exchanges, and an index of the events they carry."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata: Final = MetaData()
exchanges: Final = Table(
    "exchanges",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("api_key", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("status", Integer, nullable=False),
    Column("good", Boolean, nullable=False),
    Column("fault", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Index("exchanges_by_key", "api_key", "id"),
    sqlite_autoincrement=True,
)
events: Final = Table(
    "events",
    metadata,
    Column("exchange_id", ForeignKey("exchanges.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("api_key", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("name", Text),
    Column("visitor_id", Text),
    Column("account_id", Text),
    Column("kept", Boolean, nullable=False),
    Index("events_by_key", "api_key", "type"),
)

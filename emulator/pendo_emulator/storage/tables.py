"""The store's tables, as queries see them; `schema/` makes them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, Text, column, table

exchanges: Final = table(
    "exchanges",
    column("id", BigInteger()),
    column("api_key", Text()),
    column("region", Text()),
    column("endpoint", Text()),
    column("method", Text()),
    column("url", Text()),
    column("headers", Text()),
    column("body", LargeBinary()),
    column("received_at", BigInteger()),
    column("status", Integer()),
    column("good", Boolean()),
    column("fault", Text()),
    column("notes", Text()),
    column("refusal", Text()),
    column("events", Text()),
)
tallies: Final = table(
    "tallies",
    column("api_key", Text()),
    column("region", Text()),
    column("endpoint", Text()),
    column("type", Text()),
    column("received", BigInteger()),
    column("broken", BigInteger()),
)

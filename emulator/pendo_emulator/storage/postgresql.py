"""PostgreSQL: a connection that waits for a server that says nothing no longer than for one that is busy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from typing import TypeVar

    from psycopg.abc import PQGen

    Result = TypeVar("Result")

INTERVAL: Final = 0.1
# What the server itself can end, it ends before: see pendo_emulator.storage.database.
SILENCE: Final = 6.0


class Connection(psycopg.Connection[Any]):
    """A connection that is given up after SILENCE seconds without an answer, whatever the reason."""

    def wait(self, gen: PQGen[Result], interval: float = INTERVAL, timeout: float | None = SILENCE) -> Result:
        """Wait for an answer; raise psycopg.OperationalError, and be closed, if it does not come."""
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError as error:
            if self.info.transaction_status != TransactionStatus.ACTIVE:
                raise
            self.close()
            raise psycopg.OperationalError(f"no answer within {timeout or SILENCE:g} s") from error

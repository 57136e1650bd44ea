"""A psycopg connection with a timeout for servers that stop responding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from typing import TypeVar

    from psycopg.abc import PQGen

    Result = TypeVar("Result")

# In seconds. Longer than the statement timeout, so that a server that still responds reports its own error first.
POLL_INTERVAL: Final = 0.1
RESPONSE_TIMEOUT: Final = 6.0


class PostgresqlConnection(psycopg.Connection[Any]):
    """A connection that closes itself after RESPONSE_TIMEOUT seconds without a response."""

    def wait(
        self, gen: PQGen[Result], interval: float = POLL_INTERVAL, timeout: float | None = RESPONSE_TIMEOUT
    ) -> Result:
        """Wait for a response; on a timeout close the connection and raise psycopg.OperationalError."""
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError as error:
            if self.info.transaction_status != TransactionStatus.ACTIVE:
                raise
            self.close()
            raise psycopg.OperationalError(f"no answer within {timeout or RESPONSE_TIMEOUT:g} s") from error

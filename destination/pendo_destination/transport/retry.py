"""Sends a request again after a temporary failure, and reports the outcome."""

from __future__ import annotations

import time
from datetime import UTC
from itertools import count
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from pendo_contracts.wire.envelope import Response
from pendo_destination.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_contracts.wire.envelope import Envelope
    from pendo_destination.transport.http_transport import Transport

MAX_PAUSE: Final = 60.0
MAX_RETRY_AFTER: Final = 3600.0


class Receipt(Struct, frozen=True):
    """The outcome of a request.

    `rejected` is final; `undelivered` means that all `attempts` failed; a `skipped` request was never attempted.
    `status` is the status of the last response, None without a response.
    """

    outcome: Literal["delivered", "skipped", "rejected", "undelivered"]
    reason: str = ""
    attempts: int = 0
    status: int | None = None


class Retry(Struct, frozen=True):
    """How often a request is sent; `sleep` waits for a number of seconds, `clock` returns seconds since 1970."""

    attempts: int = 4
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time

    def send(self, envelope: Envelope, transport: Transport) -> Receipt:
        """Send a request, and send it again while the answer is 429, 5xx or missing; other answers are final.

        Between attempts it waits for the time in Retry-After, and gives up if that is more than an hour. Without this
        header it waits 1, 2, 4 and up to 60 seconds (assumed).
        """
        for attempt in count(1):
            result = _send_once(envelope, transport)
            receipt = _receipt(result, attempt)
            if receipt.outcome != "undelivered" or attempt >= self.attempts:
                break
            pause = self._pause(result, attempt)
            if pause > MAX_RETRY_AFTER:
                break
            self.sleep(pause)
        return receipt

    def _pause(self, result: Response | UnreachableError, attempt: int) -> float:
        header = result.headers.get("retry-after", "") if isinstance(result, Response) else ""
        retry_after = self._retry_after(header)
        return min(MAX_PAUSE, 2.0 ** (attempt - 1)) if retry_after is None else retry_after

    def _retry_after(self, header: str) -> float | None:
        """Read a number of seconds or an HTTP date, which is always in GMT (RFC 9110), as seconds from now."""
        if header.isdecimal():
            return float(header)
        from email.utils import parsedate_to_datetime  # noqa: PLC0415 - start-up time: rarely needed

        try:
            moment = parsedate_to_datetime(header)
        except (ValueError, OverflowError):
            return None
        return max(0.0, moment.replace(tzinfo=UTC).timestamp() - self.clock())


def _send_once(envelope: Envelope, transport: Transport) -> Response | UnreachableError:
    try:
        return transport(envelope)
    except UnreachableError as error:
        return error


def _receipt(result: Response | UnreachableError, attempt: int) -> Receipt:
    if not isinstance(result, Response):
        return Receipt("undelivered", str(result), attempt)
    if result.good:
        return Receipt("delivered", "", attempt, result.status)
    temporary = result.status == 429 or result.status >= 500
    return Receipt("undelivered" if temporary else "rejected", f"answered with {result.status}", attempt, result.status)

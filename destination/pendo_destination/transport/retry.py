"""Retry: sending a request again while there is hope, and what became of it in the end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from itertools import count
from typing import TYPE_CHECKING, Final, Literal

from pendo_contracts.envelope import Response
from pendo_destination.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_contracts.envelope import Envelope
    from pendo_destination.transport.http import Transport

PAUSE_LIMIT: Final = 60.0
RETRY_AFTER_LIMIT: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a request; `refused` is final, `undelivered` was hopeless after so many attempts.

    `status` is that of the last answer, None where no answer came. Nothing was attempted for what was `skipped`.
    """

    outcome: Literal["delivered", "skipped", "refused", "undelivered"]
    reason: str = ""
    attempts: int = 0
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a request is sent. `sleep` waits so many seconds, `clock` tells seconds since 1970."""

    attempts: int = 4
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time

    def send(self, envelope: Envelope, transport: Transport) -> Receipt:
        """Send a request, again and again while it is answered with 429 or 5xx or not at all; other answers are final.

        In between passes the time that Retry-After asks for (more than an hour is not waited for), else 1, 2, 4 and up
        to 60 seconds: assumed.
        """
        for attempt in count(1):
            answer = _ask(envelope, transport)
            receipt = _judge(answer, attempt)
            if receipt.outcome != "undelivered" or attempt >= self.attempts:
                break
            pause = self._pause(answer, attempt)
            if pause > RETRY_AFTER_LIMIT:
                break
            self.sleep(pause)
        return receipt

    def _pause(self, answer: Response | UnreachableError, attempt: int) -> float:
        asked = self._retry_after(answer.headers.get("retry-after", "")) if isinstance(answer, Response) else None
        return min(PAUSE_LIMIT, 2.0 ** (attempt - 1)) if asked is None else asked

    def _retry_after(self, header: str) -> float | None:
        """Read a number of seconds or an HTTP date, which is always in GMT (RFC 9110), as seconds from now."""
        if header.isdecimal():
            return float(header)
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return None
        return max(0.0, moment.replace(tzinfo=UTC).timestamp() - self.clock())


def _ask(envelope: Envelope, transport: Transport) -> Response | UnreachableError:
    try:
        return transport(envelope)
    except UnreachableError as error:
        return error


def _judge(answer: Response | UnreachableError, attempt: int) -> Receipt:
    if not isinstance(answer, Response):
        return Receipt("undelivered", str(answer), attempt)
    if answer.good:
        return Receipt("delivered", "", attempt, answer.status)
    passing = answer.status == 429 or answer.status >= 500
    return Receipt("undelivered" if passing else "refused", f"answered with {answer.status}", attempt, answer.status)

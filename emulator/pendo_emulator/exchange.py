"""Exchange: one recorded request with its verdicts and its answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from msgspec.structs import replace

from pendo_contracts.judge import judge
from pendo_contracts.judged_request import JudgedRequest
from pendo_emulator.limit_errors import LIMIT_ERRORS

if TYPE_CHECKING:
    from collections.abc import Sequence

_REQUEST_ID: Final = re.compile(r"[\w.:/=+-]{1,128}", re.ASCII)


class Exchange(JudgedRequest, frozen=True):
    """A judged request with its number in the store and the status of its answer, which is 0 without an answer."""

    status: int = 0
    id: int = 0

    @property
    def verdict(self) -> Literal["good", "bad", "not-judged"]:
        """The result in one word."""
        if self.not_judged:
            return "not-judged"
        return "good" if self.good else "bad"

    @property
    def request_id(self) -> str:
        """The sender's X-Request-Id, or the exchange's number if the sender's value is missing or invalid."""
        sent = self.envelope.headers.get("x-request-id", "")
        return sent if sent and _REQUEST_ID.fullmatch(sent) else str(self.id)


def record_as(request: JudgedRequest, number: int, status: int, fault: str = "", notes: Sequence[str] = ()) -> Exchange:
    """Return a judged request as the exchange with this number; `status` is the status of the answer.

    A request to which a fault was applied is accepted only if its status is 2xx.
    """
    accepted = not fault or 200 <= status < 300
    return Exchange(
        request.envelope, request.beacon, request.verdicts, request.good, f"exchange {number}", fault, accepted,
        tuple(notes),
        request.rejection, status, not_judged=request.not_judged, id=number,
    )  # fmt: skip


def reject(request: JudgedRequest, limit: str) -> JudgedRequest:
    """Drop the payload of a request that exceeds a limit; drop its key too if there are too many keys."""
    api_key = "" if limit == "keys" else request.beacon.api_key
    errors = (LIMIT_ERRORS[limit].violation,)
    beacon = replace(
        request.beacon, api_key=api_key, payload=None, events=(), decode_errors=errors, not_judged="",
        typed=False,
    )  # fmt: skip
    return replace(request, beacon=beacon, verdicts=judge(beacon), good=False, rejection=limit, not_judged="")

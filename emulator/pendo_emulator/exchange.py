"""Exchange: one request with its beacon, its verdicts and how it was answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from pendo_contracts.beacon import Beacon, from_envelope
from pendo_contracts.judge import judge
from pendo_contracts.judged_request import JudgedRequest
from pendo_emulator.limits import REFUSALS

if TYPE_CHECKING:
    from pendo_contracts.envelope import Envelope
    from pendo_contracts.verdict import Verdict

_REQUEST_ID: Final = re.compile(r"[\w.:/=+-]{1,128}", re.ASCII)


class Exchange(Struct, frozen=True):
    """What one request said and how it was judged and answered; `id` is 0 until it is recorded.

    `good` says that every verdict is kept.
    `status` is the answer's, 0 where none was given. `fault` names what went wrong on purpose, "" for nothing, and
    `notes` say why the request had no effect although all was well. `refusal` names the limit of the emulator's that it
    ran into.
    """

    envelope: Envelope
    beacon: Beacon
    verdicts: tuple[Verdict, ...]
    good: bool
    status: int = 0
    id: int = 0
    fault: str = ""
    notes: tuple[str, ...] = ()
    refusal: str = ""

    def settled(self, number: int, status: int, fault: str, notes: tuple[str, ...]) -> Exchange:
        """Say by which number it is recorded, and how it is answered."""
        return Exchange(
            self.envelope, self.beacon, self.verdicts, self.good, status, number, fault, notes, self.refusal
        )

    @property
    def request_id(self) -> str:
        """What the sender calls the request in X-Request-Id, else its number."""
        sent = self.envelope.headers.get("x-request-id", "")
        return sent if sent and _REQUEST_ID.fullmatch(sent) else str(self.id)

    @property
    def refused(self) -> bool:
        """Whether a fault kept it from being accepted."""
        return bool(self.fault) and not 200 <= self.status < 300

    def judged(self, where: str) -> JudgedRequest:
        """Make it an item of a report, with where it comes from."""
        return JudgedRequest(where, self.beacon, self.verdicts, self.fault, self.refused, self.notes)


def ingest(envelope: Envelope) -> Exchange:
    """Decode and judge one request: the one road for live traffic, recordings and tests."""
    beacon = from_envelope(envelope)
    verdicts = judge(beacon)
    return Exchange(envelope, beacon, verdicts, all(verdict.kept for verdict in verdicts))


def refuse(exchange: Exchange, refusal: str) -> Exchange:
    """Take nothing of a request in, for a reason in REFUSALS; where there are too many keys not even its key."""
    api_key = "" if refusal == "keys" else exchange.beacon.api_key
    beacon = replace(
        exchange.beacon, api_key=api_key, payload=None, events=(), decode_errors=(REFUSALS[refusal].violation,)
    )
    return replace(exchange, beacon=beacon, verdicts=judge(beacon), good=False, refusal=refusal)

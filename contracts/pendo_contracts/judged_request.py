"""JudgedRequest: one request with its decoded beacon and its verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pendo_contracts.verdict import Verdict
    from pendo_contracts.wire.beacon import Beacon
    from pendo_contracts.wire.envelope import Envelope


class JudgedRequest(Struct, frozen=True):
    """One request, decoded and judged.

    `good` is true if every verdict is kept. `where` is its place in a recording (`capture.ndjson:12`, `exchange 7`).
    `fault` names the failure that the receiver injected. `accepted` is false if the receiver stored nothing because of
    that failure: the events are lost unless the sender tries again. `notes` are remarks for the report. `rejection`
    names the receiver's limit that the request exceeded. `status` is the answer's status, 0 if there was no answer,
    None if it is not known. `not_received` is the reason why the request never arrived. `not_judged` is the reason why
    no contract applies, or says which part the recorder lost. Both are "" otherwise.
    """

    envelope: Envelope
    beacon: Beacon
    verdicts: tuple[Verdict, ...]
    good: bool
    where: str = ""
    fault: str = ""
    accepted: bool = True
    notes: tuple[str, ...] = ()
    rejection: str = ""
    status: int | None = None
    not_received: str = ""
    not_judged: str = ""

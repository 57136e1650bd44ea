"""Finding: one thing that is wrong in a recording, with its rule, its severity and its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.judged_request import JudgedRequest

Severity: TypeAlias = Literal["error", "warning", "note"]

RULES_CONTRACT = "rules"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken constraint of a schema, or one result of a rule over the stream of requests.

    `severity`: an error fails a check, a warning and a note do not. `where` is the request's place in the recording
    (`capture.ndjson:12`, `exchange 7`). `place` is the region or host it was sent to. `subject` is `request` or the
    event's type; `index` is the event's position in its payload, None for the request. `contract`, `rule`, `pointer`,
    `message` and `fix` are as in Violation; a rule over the stream has the contract `rules`.
    """

    severity: Severity
    where: str
    place: str
    endpoint: str
    api_key: str
    subject: str
    index: int | None
    contract: str
    rule: str
    pointer: str
    message: str
    fix: str

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes two findings the same problem: contract, rule, pointer and subject, but not the place."""
        return self.contract, self.rule, self.pointer, self.subject


def contract_findings(request: JudgedRequest) -> Iterator[Finding]:
    """Yield one finding for each broken constraint of a request and its events."""
    beacon = request.beacon
    for verdict in request.verdicts:
        for violation in verdict.violations:
            yield Finding(
                "error", request.where, beacon.place.label, beacon.endpoint_name, beacon.api_key, verdict.subject,
                verdict.index, violation.contract, violation.rule, violation.pointer, violation.message, violation.fix,
            )  # fmt: skip

"""Finding: one problem in a recording, with its rule, its severity and its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

from pendo_contracts.common.safe_text import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.verdict import Violation

Severity: TypeAlias = Literal["error", "warning", "note"]

RULES_CONTRACT: Final = "rules"
FINGERPRINT_DIGITS: Final = 16
REQUEST: Final = "request"


class Finding(Struct, frozen=True):
    """One broken constraint of a schema, or one result of a rule over the stream of requests.

    `severity`: an error fails a check, a warning and a note do not. `where` is the request's place in the recording
    (`capture.ndjson:12`, `exchange 7`). `place` is the region or host that the request was sent to. `subject` is
    `request` or the event's type; `index` is the event's position in its payload, None for the request. `contract`,
    `rule`, `pointer`, `message` and `fix` have the same meaning as in Violation; a rule over the stream has the
    contract `rules`. `name`, `visitor_id` and `page` (a URL) come from the event; each is "" if the event has none, and
    a long visitor_id or page is cut. `host` is the host that a rule about hosts found, "" for other rules. `further` is
    the number of similar findings about the same request that are not listed; only the last listed one has it. `about`
    names what a rule compares, such as `page`, if the event is only one of several that show the problem, and "" for
    other findings.
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
    name: str = ""
    visitor_id: str = ""
    page: str = ""
    host: str = ""
    further: int = 0
    about: str = ""

    @property
    def rule_name(self) -> str:
        """The name of the rule, or `CONTRACT#POINTER` for a constraint of a schema; it contains no line number."""
        return self.rule if self.contract == RULES_CONTRACT else f"{self.contract}#{self.rule}"

    @property
    def identity(self) -> tuple[str, str, str, str, str]:
        """The fields that are equal in two findings about the same problem; sender, time and region do not count.

        A rule that compares requests shows one of several events, depending on the order of arrival. Its finding is
        therefore identified by what it is about, not by the event.
        """
        if self.about:
            return self.rule_name, "", "", self.about, self.host
        return self.rule_name, self.pointer, self.endpoint, self.subject, self.host or self.name

    @property
    def fingerprint(self) -> str:
        """A stable digest of the identity, in hexadecimal digits."""
        from hashlib import sha256  # noqa: PLC0415 - 6 ms of start-up time; a server needs no fingerprints

        return sha256(repr(self.identity).encode("utf-8", "surrogatepass")).hexdigest()[:FINGERPRINT_DIGITS]


def contract_findings(request: JudgedRequest) -> Iterator[Finding]:
    """Yield one finding for each broken constraint of a request and its events."""
    for verdict in request.verdicts:
        for violation in verdict.violations:
            yield finding_of(request, violation, verdict.subject, verdict.index)
        for violation in verdict.warnings:
            yield finding_of(request, violation, verdict.subject, verdict.index, "warning")


def finding_of(
    request: JudgedRequest, violation: Violation, subject: str, index: int | None, severity: Severity = "error"
) -> Finding:
    """Return a violation with the place of its request, and the name, visitor and page of its event."""
    beacon = request.beacon
    event = beacon.events[index] if index is not None and index < len(beacon.events) else None
    page = event.value.get("url") if event and isinstance(event.value, dict) else None
    return Finding(
        severity, request.where, beacon.place.label, beacon.endpoint_name, beacon.api_key, subject, index,
        violation.contract, violation.rule, violation.pointer, violation.message, violation.fix,
        (event and event.name) or "", cut((event and event.visitor_id) or ""),
        cut(page) if isinstance(page, str) else "",
    )  # fmt: skip

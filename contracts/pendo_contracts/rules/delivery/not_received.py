"""Not received: a request that was not sent, got no answer, or whose last try was answered with an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from pendo_contracts.finding import rule_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest

    _Attempt: TypeAlias = tuple[object, ...]

NAME: Final = "not-received"

# Observed: a browser aborts the requests of a page that the visitor leaves; Pendo answers 451 if a visitor opted out.
_ABORTED: Final = "net::ERR_ABORTED"
_OPTED_OUT: Final = 451


class NotReceived:
    """Finds requests whose last try failed; if a later try of the same events succeeds, there is no finding.

    The recording must contain the answers. A failure that the emulator injected is not an error of the sender. A
    request to guide.gif without events is only a probe, so its failure is ignored.
    """

    def __init__(self) -> None:
        self._failed: dict[_Attempt, Finding] = {}

    def observe(self, request: JudgedRequest) -> Iterator[Finding]:
        """Remember a failed try, and remove it when a later try succeeds."""
        if request.status is not None and not request.fault and not request.beacon.preflight:
            attempt = _attempt(request)
            if reason := _failure(request):
                self._failed[attempt] = _finding(request, reason)
            else:
                self._failed.pop(attempt, None)
        yield from ()

    def finish(self) -> Iterator[Finding]:
        """Yield a finding for each request whose last try failed."""
        yield from self._failed.values()


def _failure(request: JudgedRequest) -> str:
    beacon, status = request.beacon, request.status or 0
    if beacon.endpoint_name == "guide.gif" and not beacon.events:
        return ""
    if request.not_received:
        return "" if request.not_received == _ABORTED else f"got no answer: {request.not_received}"
    return f"was answered with status {status}" if status >= 400 and status != _OPTED_OUT else ""


def _attempt(request: JudgedRequest) -> _Attempt:
    """Return the data that all tries of a request share: its events' positions, or its method, path and payload."""
    beacon = request.beacon
    values = [event.value for event in beacon.events if isinstance(event.value, dict)]
    places = tuple((value.get("frameId"), value.get("sequence")) for value in values if "sequence" in value)
    if places:
        return beacon.endpoint_name, beacon.api_key, repr(places)
    return (
        beacon.endpoint_name,
        beacon.api_key,
        beacon.method,
        beacon.path,
        beacon.query.get("jzb"),
        request.envelope.body,
    )


def _finding(request: JudgedRequest, reason: str) -> Finding:
    beacon = request.beacon
    message = f"the request to {beacon.endpoint_name} on {beacon.place.label} {reason}"
    fix = "find what blocks or refuses the request: an ad blocker, a Content-Security-Policy, a wrong host or API key"
    return rule_finding(request, "warning", NAME, message, fix)

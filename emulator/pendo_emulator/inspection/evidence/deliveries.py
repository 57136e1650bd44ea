"""Counts the answers to requests for Pendo, by what was asked and by host, with examples of each answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.common.safe_text import cut
from pendo_emulator.inspection.evidence.page_loads import PageLoads, Requester
from pendo_emulator.inspection.inspection import Requests
from pendo_emulator.inspection.reading.outcomes import BLOCKED, REFUSED, Outcome, classify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_emulator.inspection.evidence.case_clock import Moment
    from pendo_emulator.inspection.reading.content_security_policy import Load
    from pendo_emulator.inspection.reading.pendo_targets import Role, Target
    from pendo_emulator.inspection.reading.recorded_request import RecordedRequest

EVENT_ENDPOINTS: Final = frozenset({"ptm.gif", "segmentio", "track", "agentic.gif", "agentic", "agenticsdk"})
MAX_EXAMPLES: Final = 5
MAX_HOSTS: Final = 100
MAX_UNRESOLVED: Final = 200
MAX_URL: Final = 500

_LOCAL: Final = "local"
_IMAGES: Final = frozenset({"ptm.gif", "agentic.gif", "log.gif", "guide.gif", "poll.gif"})
_LOADS: Final[dict[str, Load]] = {
    "script": "script", "image": "image", "img": "image", "xhr": "connect", "fetch": "connect", "ping": "connect",
    "beacon": "connect", "preflight": "connect",
}  # fmt: skip


class Attempt(NamedTuple):
    """One request to Pendo and its answer; `directive` is the directive of a policy that stopped it."""

    moment: Moment
    endpoint: str
    method: str
    url: str
    status: int | None
    reason: str
    page: str
    referer: str
    resource: str
    mime: str
    duration: float
    is_probe: bool
    directive: str = ""

    @property
    def requester(self) -> Requester:
        """What the request says of its page."""
        return Requester(self.moment, self.page, self.referer, self.url)

    @property
    def load(self) -> Load:
        """How the browser loads the request, which decides about the directive of a policy."""
        if known := _LOADS.get(self.resource):
            return known
        if self.endpoint == "pendo.js":
            return "script"
        return "image" if self.endpoint in _IMAGES and self.method == "GET" and not self.is_probe else "connect"


@dataclass(slots=True)
class Traffic:
    """The requests of one role to one host with one API key, counted by their outcome."""

    target: Target
    first: Moment
    counts: dict[Outcome, int] = field(default_factory=dict)
    examples: dict[Outcome, list[Attempt]] = field(default_factory=dict)
    unresolved: list[Attempt] = field(default_factory=list)
    accepted: int = 0
    answered: int = 0
    last: Moment | None = None
    accepted_endpoints: dict[str, int] = field(default_factory=dict)
    retried: int = 0
    statuses: dict[int, int] = field(default_factory=dict)

    def add(self, attempt: Attempt, outcome: Outcome) -> None:
        """Count a request; keep the first examples."""
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        kept = self.examples.setdefault(outcome, [])
        if len(kept) < MAX_EXAMPLES:
            kept.append(attempt)

    @property
    def accepts_events(self) -> bool:
        """Whether a request with events was accepted."""
        return not EVENT_ENDPOINTS.isdisjoint(self.accepted_endpoints)

    def count(self, *outcomes: Outcome) -> int:
        """Return the number of requests with one of the outcomes."""
        return sum(self.counts.get(outcome, 0) for outcome in outcomes)

    def shown(self, *outcomes: Outcome) -> list[Attempt]:
        """Return the examples of some outcomes, in the order of time."""
        found = [attempt for outcome in outcomes for attempt in self.examples.get(outcome, ())]
        return sorted(found, key=lambda attempt: attempt.moment)


class Deliveries:
    """The traffic of a recording: by role, host and API key."""

    def __init__(self) -> None:
        self._traffic: dict[tuple[str, str, str, str], Traffic] = {}
        self.retried = 0
        self.opted_out: list[Attempt] = []
        self.opted_out_count = 0

    def add(self, request: RecordedRequest, target: Target, moment: Moment, *, is_probe: bool, is_retry: bool) -> None:
        """Count a request to Pendo; a preflight is no request of its own."""
        if request.method == "OPTIONS":
            return
        key = (target.role, target.host, "" if target.has_secret else target.api_key, target.prefix)
        traffic = self._traffic.get(key)
        if traffic is None:
            if len(self._traffic) >= MAX_HOSTS:
                return
            traffic = self._traffic[key] = Traffic(target, moment)
        traffic.first = min(traffic.first, moment)
        traffic.last = max(traffic.last or moment, moment)
        self.retried += is_retry
        traffic.retried += is_retry
        attempt = Attempt(
            moment, target.endpoint, request.method, cut(request.url, MAX_URL), request.status, request.reason,
            request.page, cut(request.referer, MAX_URL), request.resource, request.mime, request.duration, is_probe,
        )  # fmt: skip
        outcome = classify(request.status, request.reason)
        if request.status:
            traffic.statuses[request.status] = traffic.statuses.get(request.status, 0) + 1
            traffic.answered += not is_probe
            if outcome in {"ok", "redirect"} and not is_probe:
                traffic.accepted += 1
                count = traffic.accepted_endpoints.get(target.endpoint, 0)
                traffic.accepted_endpoints[target.endpoint] = count + 1
        if target.endpoint.startswith("guide.js") and (request.opted_out or outcome == "opted-out"):
            self.opted_out_count += 1
            if len(self.opted_out) < MAX_EXAMPLES:
                self.opted_out.append(attempt)
        if outcome in {"unresolved", "unknown"} and len(traffic.unresolved) < MAX_UNRESOLVED:
            traffic.unresolved.append(attempt)
        else:
            traffic.add(attempt, outcome)

    def resolve(self, pages: PageLoads, *, has_answers: bool) -> None:
        """Find out for requests without status and reason whether the page's policy or mixed content stopped them.

        If the recording has the answers to other requests, a request without a status got none.
        """
        for traffic in self._traffic.values():
            for attempt in traffic.unresolved:
                is_unknown = attempt.status is None and not has_answers
                traffic.add(*((attempt, "unknown") if is_unknown else _resolve(attempt, traffic, pages)))
            traffic.unresolved = []

    def of(self, *roles: Role) -> Iterator[Traffic]:
        """Yield the traffic of some roles, in the order of the first request."""
        for traffic in sorted(self._traffic.values(), key=lambda traffic: traffic.first):
            if traffic.target.role in roles:
                yield traffic

    def all(self) -> list[Traffic]:
        """Return all traffic in the order of the first request."""
        return list(self.of("script", "data", "webhook", "server"))

    def requests(self) -> Requests:
        """Return the numbers of requests to Pendo."""
        traffic = self._traffic.values()
        counts = [(outcome, count) for part in traffic for outcome, count in part.counts.items()]
        total = sum(count for _, count in counts)
        answered = _sum(counts, {"ok", "redirect"})
        refused, blocked = _sum(counts, REFUSED), _sum(counts, BLOCKED)
        unknown = _sum(counts, {"unknown"})
        failed = total - answered - refused - blocked - unknown
        return Requests(total, answered, refused, blocked, failed, unknown, self.retried)


def _sum(counts: Iterable[tuple[Outcome, int]], outcomes: Iterable[str]) -> int:
    return sum(count for outcome, count in counts if outcome in outcomes)


def _resolve(attempt: Attempt, traffic: Traffic, pages: PageLoads) -> tuple[Attempt, Outcome]:
    """Return a request with its outcome; it stays unresolved if its page is not in the recording.

    The agent sends a request again only after a failure (observed), so that a host that never answers gets no retries.
    """
    requester = attempt.requester
    is_plain = attempt.url.lower().startswith("http:") and traffic.target.host_kind != _LOCAL
    if directive := pages.blocking_directive(requester, attempt.load):
        return attempt._replace(directive=directive), "policy"
    if is_plain and pages.is_secure(requester):
        return attempt, "mixed"
    if attempt.reason:
        # Firefox has one reason for what a policy, mixed content or an extension stopped.
        return attempt, "client"
    is_waiting = pages.knows_page_of(requester) and not traffic.retried
    return attempt, "unanswered" if is_waiting else "unresolved"

"""Derives faults and blocked requests from the answers of a recording."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendo_contracts.scenarios.scenario import BlockReason
    from pendo_destination.scenarios.deriving.recorded_case import RecordedAnswer, RecordedCase

# The words of browsers and proxies for a request without an answer (observed); the first pattern that matches counts.
_REASONS: Final[tuple[tuple[str, BlockReason], ...]] = (
    (r"csp|content.security.policy", "policy"),
    (r"mixed", "mixed"),
    (r"blocked_by|blocked by|^inspector$|blocked:other|extension", "client"),
    (r"cert|ssl|tls", "certificate"),
    (r"name_not_resolved|name_resolution|unknown_host|dns|enotfound|getaddrinfo", "name"),
)
# Without a recorder's reason, the cause that an inspection proves says who stopped the request.
_BY_CAUSE: Final[Mapping[str, BlockReason]] = {
    "csp-blocked-script": "policy", "csp-blocked-data": "policy", "adblock-script": "client",
    "adblock-beacons": "client", "mixed-content-or-untrusted-certificate": "mixed", "cname-no-scheme-or-typo": "name",
}  # fmt: skip
_OPTED_OUT: Final = re.compile(r'"statusCode"\s*:\s*451')


@dataclass(slots=True)
class Obstacles:
    """The faults and blocks of a scenario, and notes about what could not be derived exactly."""

    faults: list[dict[str, Any]] = field(default_factory=list)
    blocked: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_obstacles(case: RecordedCase, cause: str) -> Obstacles:
    """Return what stopped the requests of a recording; `cause` is the cause that an inspection names first."""
    found = Obstacles()
    own_hosts = {urlsplit(page.url).hostname for page in case.pages}
    groups: defaultdict[tuple[str, str], list[RecordedAnswer]] = defaultdict(list)
    for answer in case.answers:
        if answer.host not in own_hosts:
            groups[answer.endpoint, answer.host].append(answer)
    for (endpoint, host), answers in groups.items():
        _add_blocks(found, endpoint, host, answers, cause)
        _add_faults(found, endpoint, answers)
    return found


def _add_blocks(found: Obstacles, endpoint: str, host: str, answers: list[RecordedAnswer], cause: str) -> None:
    stopped = [answer for answer in answers if answer.status == 0]
    if not stopped:
        return
    reasons = Counter(_block_reason(answer.reason, cause) for answer in stopped)
    if len(stopped) < len(answers):
        found.notes.append(f"only {len(stopped)} of {len(answers)} requests for {endpoint} got no answer")
        if len(stopped) * 2 < len(answers):
            return
    found.blocked.append({"reason": reasons.most_common(1)[0][0], "endpoint": endpoint, "host": host})


def _block_reason(reason: str, cause: str) -> BlockReason:
    for pattern, block in _REASONS:
        if re.search(pattern, reason, re.IGNORECASE):
            return block
    return _BY_CAUSE.get(cause, "network")


def _add_faults(found: Obstacles, endpoint: str, answers: list[RecordedAnswer]) -> None:
    if endpoint == "pendo.js" and answers[0].status == 200 and "html" in answers[0].mime:
        found.faults += [{"endpoint": endpoint, "status": 200, "body": "html"}]
        return
    if any(_OPTED_OUT.search(answer.text) for answer in answers if answer.status == 200):
        found.faults.append({"endpoint": endpoint, "status": 200, "body": "opted-out"})
        return
    statuses = [answer.status for answer in answers if answer.status]
    bad = [status for status in statuses if status >= 300 and status != 304]
    if not bad:
        return
    fault: dict[str, Any] = {"endpoint": endpoint, "status": Counter(bad).most_common(1)[0][0]}
    if fault["status"] < 400:
        found.notes.append(f"{endpoint} is redirected; the scenario does not know the target")
    if len(bad) < len(statuses):
        fault["times"] = len(bad)
        if statuses[: len(bad)] != bad:
            found.notes.append(f"the order of good and bad answers for {endpoint}")
    if len(set(bad)) > 1:
        found.notes.append(f"{endpoint} has several bad statuses: {_listed(sorted(set(bad)))}")
    found.faults.append(fault)


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(map(str, values))

"""Measures the CPU time of each rule per request, and the memory of their state, for several numbers of requests."""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.judge import judge_request
from pendo_contracts.rules.fact_reader import observe
from pendo_contracts.rules.rule_base import RequestRule
from pendo_contracts.rules.rule_settings import create_rules
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope
from tests.bench.beacon_corpus import HOST, KEY, START, VERSION
from tests.bench.check.loops import COLLECTION_THRESHOLDS
from tests.bench.measured_process import call_in_new_process

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest

CHUNK: Final = 1000
REQUESTS_PER_VISITOR: Final = 10
EVENTS_PER_PAGE: Final = 5
COLUMN: Final = 24


def make_request(number: int, visitors: int) -> JudgedRequest:
    """Return the request with a number: one event; the visitors take turns, and each page begins with metadata."""
    turn, visitor = divmod(number, visitors)
    page, sequence = divmod(turn, EVENTS_PER_PAGE)
    happened_at = START + 10 * number
    account = f"account-{visitor % 300}"
    event: dict[str, Any] = {
        "type": "track" if sequence else "meta",
        "browser_time": happened_at,
        "visitor_id": f"visitor-{visitor}",
        "account_id": account,
        "url": "https://shop.test/",
        "props": {"total": number % 1000, "sale": True},
        "parentTabId": None,
        "tabId": "QLNwO3VnijXxcKFX",
        "frameId": f"frame-{visitor}-{page}",
        "sessionId": "YBhHS8xoSSCstmKW",
        "utm": {"channel": "Direct"},
        "sequence": sequence,
        "bytes": 300,
    }
    if sequence:
        event["track_event_name"] = f"Event {number % 40}"
    else:
        people = {"visitor": {"id": f"visitor-{visitor}", "plan": "pro"}, "account": {"id": account}}
        event["props"] = people | {"parentAccount": {}, "date": "22/11/2026", "version": VERSION}
    query = f"v={VERSION}&ct={happened_at + 500}&jzb={jzb.encode([event])}"
    envelope = Envelope("GET", f"https://{HOST}/data/ptm.gif/{KEY}?{query}", {}, b"", happened_at)
    return judge_request(envelope, f"capture.ndjson:{number + 1}")


def measure_rules(count: int) -> tuple[dict[str, float], float]:
    """Return the microseconds of each rule per request, and the peak of the resident memory in MB."""
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    rules, seconds = create_rules(), Counter[str]()

    def run(name: str, findings: Iterable[Finding]) -> None:
        start = time.process_time()
        for _ in findings:
            raise ValueError(f"the requests give a finding of {name}")
        seconds[name] += time.process_time() - start

    for first in range(0, count, CHUNK):
        numbers = range(first, min(count, first + CHUNK))
        observations = [observe(make_request(number, count // REQUESTS_PER_VISITOR)) for number in numbers]
        for rule in rules:
            if isinstance(rule, RequestRule):
                run(rule.name, (finding for item in observations for finding in rule.check(item)))
            else:
                run(rule.name, (finding for item in observations for finding in rule.observe(item.facts)))
    for rule in rules:
        if not isinstance(rule, RequestRule):
            run(rule.name, rule.finish())
            rule.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {name: 1e6 * value / count for name, value in seconds.items()}, memory


def main() -> None:
    """Measure each number of requests in a new process, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.check.rule_costs", description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[20_000, 80_000], help="numbers of requests")
    counts: Sequence[int] = parser.parse_args().counts
    results = [call_in_new_process(measure_rules, count) for count in counts]
    rows = [("requests", [f"{count:,}" for count in counts])]
    rows += [(f"{name}, us", [f"{costs[name]:.2f}" for costs, _ in results]) for name in results[0][0]]
    rows += [("all rules, us", [f"{sum(costs.values()):.1f}" for costs, _ in results])]
    rows += [("memory, MB", [f"{memory:.0f}" for _, memory in results])]
    sys.stdout.writelines(
        f"{name:<{COLUMN + 4}}{''.join(f'{value:>12}' for value in values)}\n" for name, values in rows
    )


if __name__ == "__main__":
    main()

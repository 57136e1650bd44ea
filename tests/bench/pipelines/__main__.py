"""Measures pipelines over a million rows on one core, in comparison with a bare loop over the same rows.

Fails if filter, group and sort together take more CPU time than the limit, or if their memory grows with the rows.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from random import Random
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline import ExpressionContext, read_request, run_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROWS: Final = 1_000_000
REPEATS: Final = 3
MAX_SECONDS: Final = 1.5
MAX_GROWTH: Final = 64 * 1024 * 1024
DAY: Final = 86_400_000
FIRST_DAY: Final = 1_795_737_600_000
CONTEXT: Final = ExpressionContext(1795983826144)
FILTER: Final = {"filter": 'numEvents > 3 && accountId != ""'}
BY_ACCOUNT: Final = {"group": {"group": ["accountId"], "fields": {"events": {"sum": "numEvents"}}}}
MEASURED: Final = (FILTER, BY_ACCOUNT, {"sort": ["-events", "accountId"]})
PIPELINES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "filter, group by 2,000 accounts, sort": MEASURED,
    "filter, group by 50,000 visitors, sort": (
        {"filter": "numEvents > 3"},
        {"group": {"group": ["visitorId"], "fields": {"events": {"sum": "numEvents"}}}},
        {"sort": ["-events"]},
    ),
    "filter, group by account and day with 3 aggregators, sort": (
        FILTER,
        {
            "group": {
                "group": ["accountId", "day"],
                "fields": {"visitors": {"count": "visitorId"}, "events": {"sum": "numEvents"}, "last": {"max": "day"}},
            }
        },
        {"sort": ["-visitors"]},
    ),
    "filter": (FILTER,),
    "group without fields": ({"group": {"group": ["accountId"]}},),
    "sort by a number": ({"sort": ["-numEvents"]},),
    "sort by a string": ({"sort": ["visitorId"]},),
    "eval and select": ({"eval": {"rate": "numEvents / numMinutes"}}, {"select": {"who": "visitorId", "rate": "rate"}}),
}


def generate_rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield rows of the source events."""
    random = Random(1)
    for _ in range(count):
        yield {
            "visitorId": f"visitor-{random.randrange(50_000)}",
            "accountId": f"account-{random.randrange(2_000)}",
            "numEvents": random.randrange(20),
            "numMinutes": random.randrange(5),
            "day": FIRST_DAY + DAY * random.randrange(30),
            "featureId": f"feature-{random.randrange(50)}",
        }


def run(rows: Iterable[dict[str, Any]], steps: tuple[dict[str, Any], ...]) -> int:
    """Run steps on rows; return the number of results."""
    request = read_request({"request": {"pipeline": [{"source": {"events": None}}, *steps]}}, CONTEXT)
    return len(run_request(request, {"events": lambda _: rows}, clock=time.process_time).rows)


def bare_loop(rows: Iterable[dict[str, Any]]) -> int:
    """Do the measured pipeline by hand."""
    sums: dict[str, int] = {}
    for row in rows:
        if row["numEvents"] > 3 and row["accountId"] != "":
            account = row["accountId"]
            sums[account] = sums.get(account, 0) + row["numEvents"]
    return len(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def cpu_seconds(function: Callable[[], int]) -> float:
    """Return the shortest CPU time of some runs."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        function()
        times.append(time.process_time() - started)
    return min(times)


def peak_memory() -> int:
    """Return the largest memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> int:
    """Measure all pipelines; return 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pipelines", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    count = parser.parse_args().rows
    run(generate_rows(10_000), MEASURED)
    before = peak_memory()
    run(generate_rows(count), MEASURED)
    growth = peak_memory() - before
    rows = list(generate_rows(count))
    sys.stdout.write(f"{count:,} rows; CPU seconds, the best of {REPEATS} runs\n")
    sys.stdout.write(f"{cpu_seconds(lambda: bare_loop(rows)):8.2f}  bare loop of the first pipeline\n")
    seconds = {}
    for name, steps in PIPELINES.items():
        seconds[name] = cpu_seconds(lambda steps=steps: run(rows, steps))
        sys.stdout.write(f"{seconds[name]:8.2f}  {name}\n")
    sys.stdout.write(f"{growth / 1024 / 1024:8.1f}  MiB more memory for the first pipeline on generated rows\n")
    too_slow = next(iter(seconds.values())) > MAX_SECONDS * count / ROWS
    return int(too_slow or growth > MAX_GROWTH)


if __name__ == "__main__":
    sys.exit(main())

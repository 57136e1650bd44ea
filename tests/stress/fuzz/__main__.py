"""Sends generated requests through decoding, judging, recording and responding, without a network.

Reports exceptions, growing memory, requests that take more than 250 ms of CPU time, and rejections without a reason.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from multiprocessing import Pool
from typing import Final

from tests.stress.fuzz.request_batch import Result, run_batch
from tests.stress.fuzz.request_generator import generate_request, heavy_numbers

BATCH: Final = 5_000
SHOWN_CHARACTERS: Final = 2_000
SHOWN_LINES: Final = 12


def main() -> int:
    """Try the given number of requests, or the one with the given number; return 1 if there are errors."""
    options = read_options()
    started, result = time.monotonic(), Result()
    numbers = [*heavy_numbers(options.count), *range(options.count)] if options.number is None else [options.number]
    batches = [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
    with Pool(options.processes) as pool:
        for part in pool.imap_unordered(partial(run_batch, options.seed), batches):
            result.add(part)
    seconds = time.monotonic() - started
    print_errors(options.seed, result)
    sys.stdout.write(
        f"seed {options.seed}: {len(numbers):,} requests in {seconds:.0f} s ({len(numbers) / seconds:,.0f} a second in"
        f" {options.processes} processes): {result.good:,} good, {result.rejected:,} rejected with a reason,"
        f" {sum(map(len, result.errors.values())):,} errors; the longest request took {result.longest * 1000:.0f} ms\n"
    )
    return min(len(result.errors), 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=5_000, help="how many requests to generate")
    parser.add_argument("--seed", type=int, default=1, help="the same seed generates the same requests")
    parser.add_argument("--number", type=int, help="generate only the request with this number")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    return parser.parse_args()


def print_errors(seed: int, result: Result) -> None:
    """Print each kind of error, the most frequent first, with the smallest request that causes it."""
    for error, cases in sorted(result.errors.items(), key=lambda item: -len(item[1])):
        number, trace = min(cases, key=lambda case: request_size(seed, case[0]))
        trace = "\n".join(trace.splitlines()[-SHOWN_LINES:])
        sys.stdout.write(f"{len(cases)} x {error}\n  --seed {seed} --number {number}\n")
        sys.stdout.write(f"  {str(generate_request(seed, number))[:SHOWN_CHARACTERS]}\n{trace}\n")


def request_size(seed: int, number: int) -> int:
    """Return the length of a generated request's URL and body."""
    envelope = generate_request(seed, number)
    return len(envelope.url) + len(envelope.body)


if __name__ == "__main__":
    sys.exit(main())

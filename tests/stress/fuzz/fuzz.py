"""Generated requests through decode, judge, record and answer: nothing raises, nothing is slow, nothing is silent."""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from multiprocessing import Pool
from typing import Final

from tests.stress.fuzz.chunk import Outcome, run_chunk
from tests.stress.fuzz.generator import draw, heavy

CHUNK: Final = 5_000
SHOWN: Final = 2_000
LINES: Final = 12


def main() -> int:
    """Try so many requests, or the one that is named; exit code 1 if anything broke."""
    options = read_options()
    began, outcome = time.monotonic(), Outcome()
    numbers = range(-len(heavy()), options.count) if options.number is None else [options.number]
    chunks = [numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK)]
    with Pool(options.processes) as pool:
        for part in pool.imap_unordered(partial(run_chunk, options.seed), chunks):
            outcome.add(part)
    seconds = time.monotonic() - began
    show(options.seed, outcome)
    sys.stdout.write(
        f"seed {options.seed}: {len(numbers):,} requests in {seconds:.0f} s, {len(numbers) / seconds:,.0f} a second on"
        f" {options.processes} cores: {outcome.good:,} good, {outcome.refused:,} refused with a reason,"
        f" {sum(map(len, outcome.broken.values())):,} broke something\n"
    )
    return min(len(outcome.broken), 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, help="only the request of this number")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    return parser.parse_args()


def show(seed: int, outcome: Outcome) -> None:
    """Show what broke, each with the smallest request that did it."""
    for what, cases in sorted(outcome.broken.items(), key=lambda item: -len(item[1])):
        number, trace = min(cases, key=lambda case: size(seed, case[0]))
        trace = "\n".join(trace.splitlines()[-LINES:])
        sys.stdout.write(f"{len(cases)} x {what}\n  --seed {seed} --number {number}\n")
        sys.stdout.write(f"  {str(draw(seed, number))[:SHOWN]}\n{trace}\n")


def size(seed: int, number: int) -> int:
    """Measure a request."""
    envelope = draw(seed, number)
    return len(envelope.url) + len(envelope.body)


if __name__ == "__main__":
    sys.exit(main())

"""Tightens and loosens each constraint of each packaged schema, and counts the changes that `contracts diff` shows."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

from tests.stress.contract_diff.measure import all_mutations, is_found

WANTED = 0.99


def main() -> int:
    """Measure all mutations, or every n-th; return 1 if less than 99 % are found."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.contract_diff", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="measure only every n-th mutation")
    options = parser.parse_args()
    started = time.monotonic()
    chosen = list(islice(all_mutations(), 0, None, options.every))
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(is_found, chosen, chunksize=10))
    for mutation, shown in zip(chosen, found, strict=True):
        if not shown:
            sys.stdout.write(f"not shown: {mutation}\n")
    share = sum(found) / len(found)
    seconds = time.monotonic() - started
    sys.stdout.write(f"{sum(found):,} of {len(found):,} changes are shown ({share:.2%}) in {seconds:.0f} s\n")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())

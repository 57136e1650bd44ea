"""Derives random histories in steps, at once and with other interleavings of their keys, and compares the profiles.

It then applies random operations to stores: record, ask, clear a key, let retention delete, reset.
"""

import argparse
import random
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store
from tests.emulator.profiles.histories import KEYS, derive_at_once, derive_in_steps, histories
from tests.emulator.profiles.journal import run_operations

OPERATIONS = ["record"] * 3 + ["ask"] * 2 + ["clear", "forget", "reset"]

randoms = st.integers(0, 2**32).map(random.Random)


def interleave(exchanges, choose):
    """Return the exchanges in another order that keeps the order of each key."""
    queues = [[one for one in exchanges if one.beacon.api_key == key] for key in {x.beacon.api_key for x in exchanges}]
    mixed = []
    while queues := [queue for queue in queues if queue]:
        mixed.append(choose.choice(queues).pop(0))
    return mixed


def check_histories(count, number, seen):
    """Compare the derivations of random histories."""

    @seed(number)
    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(histories, randoms)
    def check(exchanges, choose):
        expected = derive_at_once(exchanges)
        mixed = interleave(exchanges, choose)
        steps = sorted(choose.randint(0, len(mixed)) for _ in range(choose.randint(0, 6)))
        assert derive_in_steps(mixed, steps) == expected
        assert derive_at_once(mixed) == expected
        seen.update(histories=1, exchanges=len(exchanges), profiles=sum(map(len, expected.values())))

    check()


def check_stores(count, number, seen):
    """Compare the profiles in stores with the journal after random operations."""

    @seed(number)
    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(histories, st.lists(st.tuples(st.sampled_from(OPERATIONS), st.sampled_from(KEYS)), max_size=20))
    def check(exchanges, operations):
        with TemporaryDirectory() as folder, ExitStack() as stack:
            file = Path(folder) / "x.sqlite3"
            opened = [closing(Recorder(Store(file, "memory"), shared=True)) for _ in range(2)]
            run_operations([stack.enter_context(one) for one in opened], exchanges, operations)
        seen.update(stores=1, operations=len(operations))

    check()


def main():
    """Run both checks, and print how much was compared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--stores", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seen, started = Counter(), time.monotonic()
    check_histories(options.histories, options.seed, seen)
    check_stores(options.stores, options.seed, seen)
    counts = ", ".join(f"{value:,} {name}" for name, value in seen.items())
    sys.stdout.write(f"full and incremental derivations agree: {counts}, in {time.monotonic() - started:.0f} s\n")


if __name__ == "__main__":
    main()

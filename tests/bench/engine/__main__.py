"""Measures beacons per CPU second of the emulator and of other servers, and the times that a test waits for."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from pendo_contracts.judge import judge_request
from tests.bench.beacon_corpus import generate, write_lua
from tests.bench.engine.measurements import DEFAULT, MEASUREMENTS
from tests.bench.engine.server_comparison import Bench
from tests.bench.figures import Figure, describe_python, print_line, write_figures
from tests.bench.measured_process import LOAD_CORE
from tests.bench.measured_server import MeasurementError

ALL: Final = "all"


def measure_all(names: list[str], bench: Bench, file: Path) -> bool:
    """Run measurements, print each figure at once and write all as JSON; return whether all measurements succeeded."""
    figures: list[Figure] = []
    succeeded = True
    for name in names:
        try:
            figures.extend(map(print_line, MEASUREMENTS[name](bench)))
        except MeasurementError as error:
            print_line(f"{name}: {error}")
            succeeded = False
        write_figures(figures, file)
    return succeeded


def main() -> None:
    """Run all measurements, or the measurements that --only selects."""
    parser = argument_parser()
    options = parser.parse_args()
    if missing := [program for program in ("wrk", "taskset") if not shutil.which(program)]:
        sys.exit(f"not installed: {' '.join(missing)}; install the Debian packages wrk and util-linux")
    names = select(options.only)
    if not names:
        parser.error(f"no measurement has {options.only!r} in its name")
    print_line(describe_python())
    requests = list(generate())
    if not all(judge_request(request.envelope()).good for request in requests):
        sys.exit("the corpus contains beacons that the contracts reject; correct tests/bench/beacon_corpus.py")
    os.sched_setaffinity(0, {int(LOAD_CORE)})
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(requests, Path(folder, "corpus.lua"), options.pairs, options.seconds, options.long)
        write_lua(requests, bench.corpus)
        succeeded = measure_all(names, bench, options.json)
    sys.exit(not succeeded)


def select(part: str) -> list[str]:
    """Return the names of the measurements that have a part in their names: all for ALL, the usual ones for ""."""
    if not part:
        return list(DEFAULT)
    return [name for name in MEASUREMENTS if part == ALL or part in name]


def argument_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.engine", description=__doc__)
    names = f"{ALL}, or part of a name: {', '.join(MEASUREMENTS)}; the default is {', '.join(DEFAULT)}"
    parser.add_argument("--only", default="", help=names)
    parser.add_argument("--pairs", type=int, default=5, help="how many times to measure each server")
    parser.add_argument("--seconds", type=int, default=2, help="seconds of one load")
    parser.add_argument("--long", type=int, default=20, help="seconds to observe memory growth and stalls")
    parser.add_argument("--json", type=Path, default=Path("run/bench-engine.json"), help="where to write figures")
    return parser


if __name__ == "__main__":
    main()

"""The emulator's part of `make bench`: beacons per CPU second beside other servers, and what tests wait for."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from comparison import Bench
from corpus import generate, write_lua
from figure import Figure, show, write
from measurements import MEASUREMENTS
from program import OTHER_CORE
from server import MeasurementError

from pendo_emulator.exchange import ingest


def measure_all(names: list[str], bench: Bench, file: Path) -> bool:
    """Take measurements, saying and writing their figures as they are made; tell whether all could be made."""
    figures: list[Figure] = []
    whole = True
    for name in names:
        try:
            figures.extend(map(show, MEASUREMENTS[name](bench)))
        except MeasurementError as error:
            show(f"{name}: {error}")
            whole = False
        write(figures, file)
    return whole


def main() -> None:
    """Measure everything, or what is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help=f"part of a name: {', '.join(MEASUREMENTS)}")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="how long a server is under load each time")
    parser.add_argument("--long", type=int, default=20, help="and where memory and stalls are looked for")
    parser.add_argument("--json", type=Path, default=Path("run/bench-engine.json"))
    options = parser.parse_args()
    if missing := [program for program in ("wrk", "taskset") if not shutil.which(program)]:
        sys.exit(f"not installed: {' '.join(missing)}; they are Debian's wrk and util-linux")
    names = [name for name in MEASUREMENTS if options.only in name]
    if not names:
        parser.error(f"nothing is named {options.only}")
    requests = list(generate())
    if not all(ingest(request.envelope()).good for request in requests):
        sys.exit("the corpus has bad beacons")
    os.sched_setaffinity(0, {int(OTHER_CORE)})
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(requests, Path(folder, "corpus.lua"), options.pairs, options.seconds, options.long)
        write_lua(requests, bench.corpus)
        whole = measure_all(names, bench, options.json)
    sys.exit(not whole)


if __name__ == "__main__":
    main()

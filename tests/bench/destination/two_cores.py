"""Measures `send --region all` on two cores, compared with one core, in events per second of wall time.

The requests are built but not sent (`--dry-run`), so that no server limits the figures. The commands run with real-time
priority if this process may set it, so that other programs hardly affect the figures.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Final

from tests.bench.figures import measure_pairs, publish
from tests.bench.measured_process import LOAD_CORE, MEASURED_CORE, pinned
from tests.bench.real_time import find_priority

ROOT: Final = Path(__file__).parents[3]
SEND: Final = (str(Path(sys.executable).parent / "pendo-destination"), "send", "--dry-run", "--region", "all")
CORES: Final = (f"{MEASURED_CORE},{LOAD_CORE}", MEASURED_CORE)
JSON: Final = Path("run/bench-send.json")
OPTIONS: Final = ("--api-key", "bench", "--validation", "browser")


def main() -> None:
    """Measure both alternately, and print and write the figures."""
    options = read_options()
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder, "days.ndjson")
        lines = (ROOT / "fixtures/segment/day.ndjson").read_text("utf-8").splitlines(keepends=True) * options.days
        events.write_text("".join(lines), "utf-8")
        both, one = (partial(events_per_second, events, len(lines), cores) for cores in CORES)
        publish(measure_pairs("send --region all, two cores", "events/s", both, one, "one core", options.pairs), JSON)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.destination.two_cores", description=__doc__)
    parser.add_argument("--days", type=int, default=5, help="how often the 600 events of the sample day are repeated")
    parser.add_argument("--pairs", type=int, default=3, help="how many times to measure both")
    return parser.parse_args()


def events_per_second(events: Path, count: int, cores: str) -> float:
    """Return the events per second on some cores; each event counts once, although every region gets it."""
    command = pinned(cores, *find_priority(), *SEND, *OPTIONS, str(events))
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main()

"""Compares the speed of the working tree, or of a commit, with the speed of another commit.

Runs both alternately on the same core and prints the ratio of the medians, new to base, with the lowest and highest
ratio of a pair. A range that includes 1 shows no difference. On a busy machine equal code can also differ by some
percent; compare a commit with itself (--new) to see by how much. Uses loopback connections only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.bench.figures import describe_python, print_line
from tests.bench.measured_process import LOAD_CORE
from tests.bench.measured_server import MeasurementError
from tests.bench.revisions.measurements import MEASUREMENTS, Comparison, PairedFigure
from tests.bench.revisions.source_tree import BUILD, copy_working_tree, export_commit


def main() -> int:
    """Run the measurements, print and write each figure; return 1 if a measurement failed."""
    options = read_options()
    if missing := [program for program in ("wrk", "taskset", "git") if not shutil.which(program)]:
        sys.exit(f"not installed: {' '.join(missing)}; install the Debian packages wrk, util-linux and git")
    started, figures, failed = time.monotonic(), list[PairedFigure](), False
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as build, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        base = export_commit(options.base, Path(build))
        new = export_commit(options.new, Path(build)) if options.new else copy_working_tree(Path(build))
        os.sched_setaffinity(0, {int(LOAD_CORE)})
        print_line(describe_python())
        print_line(f"base {base.name}, new {new.name}, {options.pairs} pairs")
        print_line(f"{'':36} {'base':>10} {'new':>10} {'':15} {'ratio':>6}   (lowest .. highest ratio of a pair)")
        comparison = Comparison(base, new, options.pairs, Path(folder))
        for name in options.only or MEASUREMENTS:
            try:
                figures.extend(map(print_line, MEASUREMENTS[name](comparison)))
            except MeasurementError as error:
                print_line(f"{name}: {error}")
                failed = True
            write(figures, base.name, new.name, options.json)
    print_line(f"{time.monotonic() - started:.0f} s")
    return int(failed)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.revisions", description=__doc__)
    parser.add_argument("--base", required=True, help="the commit to compare with")
    parser.add_argument("--new", help="the commit to measure, instead of the working tree")
    parser.add_argument("--pairs", type=int, default=5, help="how many times to measure both")
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="a measurement to run; may be repeated")
    parser.add_argument("--json", type=Path, default=Path("run/bench-revisions.json"), help="where to write figures")
    return parser.parse_args()


def write(figures: list[PairedFigure], base: str, new: str, file: Path) -> None:
    """Write all values and ratios as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    written = [asdict(figure) | {"ratio": figure.ratio} for figure in figures]
    file.write_text(json.dumps({"base": base, "new": new, "figures": written}, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())

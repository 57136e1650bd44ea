"""Measures `check`: requests per CPU second compared with a bare loop, time on two cores, and memory."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.bench.beacon_corpus import HOST, KEY, START, generate
from tests.bench.check.loops import measure_bare_loop, measure_check
from tests.bench.figures import Figure, compare, make_figure, measure_pairs, publish
from tests.bench.measured_process import call_in_new_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

COMMAND: Final = Path(sys.executable).with_name("pendo-emulator")
GROWTH: Final = 4


def write_capture(file: Path, lines: str, keys: Iterable[str] = (KEY,)) -> None:
    """Write the same requests for each API key."""
    with file.open("w", encoding="utf-8") as output:
        for key in keys:
            output.write(lines.replace(KEY, key))


def generate_lines(count: int) -> str:
    """Return `count` generated requests as NDJSON."""
    return "".join(f"{json.dumps(line)}\n" for line in islice(_lines(count), count))


def _lines(count: int) -> Iterator[dict[str, object]]:
    for number, request in enumerate(generate(count)):
        yield {
            "method": request.method,
            "url": f"https://{HOST}{request.target}",
            "headers": dict(request.headers),
            "body": request.body.decode(),
            "received_at": START + number,
        }


def measure_rates(file: Path, pairs: int) -> list[Figure]:
    """Measure a check with all rules and a bare loop alternately, each in a new process on one core."""

    def rate(measure: Callable[[Path], tuple[int, float]]) -> float:
        return call_in_new_process(measure, file)[1]

    ours, bare = partial(rate, measure_check), partial(rate, measure_bare_loop)
    return measure_pairs("check, all rules", "req/CPU-s", ours, bare, "bare loop", pairs)


def measure_cores(file: Path, pairs: int) -> list[Figure]:
    """Measure the wall time of a check in one process and in two, alternately."""
    one, two = zip(*((_seconds(file, 1), _seconds(file, 2)) for _ in range(pairs)), strict=True)
    rates = [1 / seconds for seconds in two]
    return [
        compare("check, two processes", "1/s", rates, [1 / seconds for seconds in one], "one process"),
        make_figure("check, one process", "s", one),
    ]


def _seconds(file: Path, jobs: int) -> float:
    start = time.perf_counter()
    _run(file, jobs)
    return time.perf_counter() - start


def measure_memory(small: Path, large: Path) -> list[Figure]:
    """Measure the peak memory of checks of a small and of a large capture."""
    values = [_run(file, 1) / 1024 for file in (small, large)]
    name = f"check, memory, {GROWTH} times the requests"
    return [compare(name, "MB", values[1:], values[:1], "memory of the small capture")]


def _run(file: Path, jobs: int) -> int:
    """Run `check` and return the peak of its resident memory in KB; raise CalledProcessError if it fails."""
    command = [str(COMMAND), "check", "--quiet", "--jobs", str(jobs), str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=file.parent) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_maxrss


def main() -> None:
    """Run all measurements, and write the figures as JSON."""
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        small, large, apps = (Path(folder, f"{name}.ndjson") for name in ("small", "large", "apps"))
        lines = generate_lines(options.count)
        write_capture(small, lines)
        figures = measure_rates(small, options.pairs)
        if len(os.sched_getaffinity(0)) > 1:
            # Requests of one API key that are there twice would be findings, which a recording rarely has so many of.
            write_capture(apps, lines, [f"{number}{KEY[1:]}" for number in range(GROWTH)])
            figures += measure_cores(apps, options.pairs)
        write_capture(large, lines, [KEY] * GROWTH)
        figures += measure_memory(small, large)
    publish(figures, options.json)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.check", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="how many requests the small capture has")
    parser.add_argument("--pairs", type=int, default=3, help="how many times to measure each pair")
    parser.add_argument("--json", type=Path, default=Path("run/bench-check.json"), help="where to write figures")
    return parser.parse_args()


if __name__ == "__main__":
    main()

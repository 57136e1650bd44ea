"""Measures how long commands take to start, in milliseconds, and fails if one exceeds its limit.

Each measurement alternates with an import of Flask, and the limits are for the ratio to it, because milliseconds depend
on the machine. The commands run with real-time priority if this process may set it, so that other programs hardly
affect the figures.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pendo_destination.cli import main as destination
from pendo_emulator.cli import main as emulator
from tests.bench.beacon_corpus import generate
from tests.bench.engine.server_table import OURS
from tests.bench.figures import Figure, make_figure, print_line, write_figures
from tests.bench.measured_server import run_server
from tests.bench.real_time import find_priority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = Path(__file__).parents[3]
BIN: Final = Path(sys.executable).parent
HAR: Final = ROOT / "fixtures/captures/region-us.har"
PLUGIN: Final = """
import time, pytest
start = time.perf_counter()
import pendo_emulator.pytest_plugin
print(1000 * (time.perf_counter() - start))
"""
REFERENCE: Final = "import flask"
# The limits as ratios to the time of REFERENCE: a quarter above what was measured, more for the tiny import.
HELP: Final = 0.4
FIRST_RESPONSE: Final = 0.95
CHECK: Final = 0.9
PLUGIN_IMPORT: Final = 0.03


def main() -> int:
    """Measure, print and write all figures; return 1 if a figure exceeds its limit."""
    options = read_options()
    figures, exceeded = list[Figure](), list[str]()
    for name, limit, measure in measurements():
        if options.only and options.only not in name:
            continue
        measure()  # compiles the modules and fills the cache of files
        figure = measure_ratio(name, measure, options.runs)
        figures.append(print_line(figure))
        if figure.ratio is not None and figure.ratio > limit:
            exceeded.append(f"{name}: {figure.ratio:.2f} x {REFERENCE}, the limit is {limit}")
    write_figures(figures, options.json)
    sys.stdout.write("".join(f"{line}\n" for line in exceeded))
    return int(bool(exceeded))


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.startup", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how many times to measure each command")
    parser.add_argument("--only", help="a part of the name of a measurement")
    parser.add_argument("--json", type=Path, default=Path("run/bench-startup.json"), help="where to write figures")
    return parser.parse_args()


def measure_ratio(name: str, measure: Callable[[], float], runs: int) -> Figure:
    """Return the median of `runs` measurements, and the ratio of the shortest to that of imports of Flask between them.

    Other programs only lengthen a start, so the shortest times vary least.
    """
    ours, theirs = zip(*[(measure(), python_time(REFERENCE)) for _ in range(runs)], strict=True)
    return make_figure(name, "ms", ours, min(ours) / min(theirs), REFERENCE)


def measurements() -> Iterator[tuple[str, float, Callable[[], float]]]:
    """Yield the name, the limit and the function of each measurement."""
    for program in (emulator, destination):
        for words in commands(program):
            yield " ".join((*words, "--help")), HELP, partial(command_time, *words, "--help")
    yield "pendo-emulator serve: first response", FIRST_RESPONSE, first_response
    yield "pendo-emulator check of a HAR file", CHECK, partial(command_time, "pendo-emulator", "check", str(HAR))
    yield "import of the unused pytest plugin", PLUGIN_IMPORT, plugin_import


def commands(program: click.Command) -> Iterator[tuple[str, ...]]:
    """Yield the words of a program and of its commands."""
    name = str(program.name)
    yield (name,)
    if isinstance(program, click.Group):
        yield from ((name, command) for command in program.list_commands(click.Context(program)))


def command_time(script: str, *arguments: str) -> float:
    """Return the wall time of a console script."""
    return wall_time([str(BIN / script), *arguments])


def python_time(program: str) -> float:
    """Return the wall time of a Python program, given by its text."""
    return wall_time([sys.executable, "-c", program])


def wall_time(command: list[str]) -> float:
    """Return the wall time of a command."""
    start = time.perf_counter()
    run(command)
    return 1000 * (time.perf_counter() - start)


def first_response() -> float:
    """Return the time from the start of `serve` to its first response."""
    (probe,) = generate(1)
    command = " ".join((*find_priority(), OURS.command))
    prioritized = replace(OURS, command=command, environment={"PYTHONDONTWRITEBYTECODE": ""})
    with run_server(prioritized, probe) as server:
        return server.first_response


def plugin_import() -> float:
    """Return the time of the plugin's import in a process that has imported pytest."""
    return float(run([sys.executable, "-c", PLUGIN]))


def run(command: list[str]) -> bytes:
    """Run a command with high priority and return its output; raise CalledProcessError if it fails unexpectedly."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PENDO_"))}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [*find_priority(), *command],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            cwd=folder,
        )
    if done.returncode > 1:  # `check` ends with 1 if it finds problems
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())

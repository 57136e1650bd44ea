"""Measures pytest sessions whose tests do not use the plugin, with the plugin and without it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from importlib.metadata import distribution, files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.bench.figures import Figure, measure_pairs, publish
from tests.bench.measured_process import MEASURED_CORE, pinned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT: Final = Path(__file__).parents[3]
PYTEST: Final = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")
WORKERS: Final = ("pytest-xdist", "execnet", "pytest-randomly")
CODE: Final = """
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_number(number):
    assert number >= 0
"""


def install_pytest(folder: Path, packages: Iterable[str]) -> None:
    """Link pytest and other packages into an empty folder."""
    folder.mkdir()
    for name in packages:
        for file in {Path(part.parts[0]) for part in files(name) or () if part.parts[0] != ".."}:
            (folder / file).symlink_to(Path(str(distribution(name).locate_file(file))))


def install_wheel(folder: Path) -> None:
    """Build our wheel, and install it with pip, which also compiles its modules and lists the compiled files."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.parent)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.parent.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", folder, wheel]
    subprocess.run(install, check=True, capture_output=True)


def run_session(folder: Path, command: list[str], packages: Path) -> float:
    """Run a session with only some packages, and return its CPU time in seconds, that of its workers included.

    Raises CalledProcessError if it fails.
    """
    others = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    environment = others | {"PYTHONPATH": str(packages)}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder, env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime


def time_session(folder: Path, command: list[str], packages: Path) -> float:
    """Run a session as run_session does, and return the time that a user waits for it in seconds."""
    start = time.perf_counter()
    run_session(folder, command, packages)
    return time.perf_counter() - start


def measure_sessions(folder: Path, python: str, pairs: int) -> Iterator[Figure]:
    """Measure sessions of one test and of 1,000, and one with two workers and random order, alternately."""
    session = [python, "-S", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    for count in (1, 1_000):
        name = f"pytest, {count:,} tests, plugin unused"
        measure = partial(run_session, write_tests(folder, count), pinned(MEASURED_CORE, *session))
        yield from measure_pair(folder, name, "CPU s", measure, PYTEST, pairs)
    measure = partial(time_session, write_tests(folder, 200), [*session, "-n", "2"])
    yield from measure_pair(folder, "pytest, 200 tests, -n 2, plugin unused", "s", measure, (*PYTEST, *WORKERS), pairs)


def write_tests(folder: Path, count: int) -> Path:
    """Write a folder with `count` tests."""
    tests = folder / f"tests-{count}"
    tests.mkdir()
    (tests / "test_numbers.py").write_text(CODE.format(count=count), "utf-8")
    return tests


def measure_pair(
    folder: Path, name: str, unit: str, measure: Callable[[Path], float], packages: tuple[str, ...], pairs: int
) -> list[Figure]:
    """Measure a session with some packages, with the plugin and without it, alternately."""
    plugin, bare = (folder / f"{kind}-{len(packages)}" for kind in ("plugin", "bare"))
    if not bare.exists():
        install_pytest(bare, packages)
        install_pytest(plugin, packages)
        install_wheel(plugin)
    measure(plugin)  # compiles the modules
    return measure_pairs(name, unit, partial(measure, plugin), partial(measure, bare), "no plugin", pairs)


def main() -> None:
    """Measure the sessions, and write the figures as JSON."""
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        figures = list(measure_sessions(Path(name), options.python, options.pairs))
    publish(figures, options.json)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pytest_plugin", description=__doc__)
    parser.add_argument("--pairs", type=int, default=10, help="how many times to measure each pair")
    parser.add_argument("--python", default=sys.executable, help="the Python that runs the sessions")
    parser.add_argument("--json", type=Path, default=Path("run/bench-pytest.json"), help="where to write figures")
    return parser.parse_args()


if __name__ == "__main__":
    main()

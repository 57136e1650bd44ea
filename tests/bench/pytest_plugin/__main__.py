"""Measures pytest sessions whose tests do not use the plugin, with the plugin and without it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from functools import partial
from importlib.metadata import distribution, files
from pathlib import Path
from typing import Final

from tests.bench.figures import Figure, measure_pairs, publish
from tests.bench.measured_process import MEASURED_CORE, pinned

ROOT: Final = Path(__file__).parents[3]
PYTEST: Final = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")
CODE: Final = """
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_number(number):
    assert number >= 0
"""


def install_pytest(folder: Path) -> None:
    """Link pytest and the packages that it needs into an empty folder."""
    folder.mkdir()
    for name in PYTEST:
        for file in {Path(part.parts[0]) for part in files(name) or () if part.parts[0] != ".."}:
            (folder / file).symlink_to(Path(str(distribution(name).locate_file(file))))


def install_wheel(folder: Path) -> None:
    """Build our wheel, and install it with pip, which also compiles its modules and lists the compiled files."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.parent)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.parent.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", folder, wheel]
    subprocess.run(install, check=True, capture_output=True)


def measure_session(folder: Path, python: str, packages: Path) -> float:
    """Return the CPU time of a session in seconds, with only some packages; raise CalledProcessError if it fails."""
    command = pinned(MEASURED_CORE, python, "-S", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    others = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    environment = others | {"PYTHONPATH": str(packages)}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder, env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime


def measure_count(folder: Path, python: str, count: int, pairs: int) -> list[Figure]:
    """Measure sessions of `count` tests alternately."""
    tests = folder / f"tests-{count}"
    tests.mkdir()
    (tests / "test_numbers.py").write_text(CODE.format(count=count), "utf-8")
    with_plugin, without = (partial(measure_session, tests, python, folder / name) for name in ("plugin", "bare"))
    with_plugin()  # compiles the modules
    return measure_pairs(f"pytest, {count:,} tests, plugin unused", "CPU s", with_plugin, without, "no plugin", pairs)


def main() -> None:
    """Measure small and large sessions, and write the figures as JSON."""
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for packages in ("bare", "plugin"):
            install_pytest(folder / packages)
        install_wheel(folder / "plugin")
        figures = [
            one for count in options.counts for one in measure_count(folder, options.python, count, options.pairs)
        ]
    publish(figures, options.json)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pytest_plugin", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=(1, 1_000), help="how many tests the sessions have")
    parser.add_argument("--pairs", type=int, default=10, help="how many times to measure each pair")
    parser.add_argument("--python", default=sys.executable, help="the Python that runs the sessions")
    parser.add_argument("--json", type=Path, default=Path("run/bench-pytest.json"), help="where to write figures")
    return parser.parse_args()


if __name__ == "__main__":
    main()

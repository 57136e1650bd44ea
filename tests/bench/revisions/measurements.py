"""The measurements of two source trees; each one runs both trees alternately."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from tests.bench.beacon_corpus import generate, write_lua
from tests.bench.engine.server_table import OURS
from tests.bench.measured_process import MEASURED_CORE, pinned
from tests.bench.measured_server import ServerDescription, measure_under_load, run_server
from tests.bench.wrk_load import send_load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.revisions.source_tree import SourceTree

FIXTURES: Final = Path(__file__).parents[3] / "fixtures"
CHECKED_REQUESTS: Final = 20_000
SENT_DAYS: Final = 5
WARM_UP_SECONDS: Final = 1
LOAD_SECONDS: Final = 2


@dataclass(frozen=True)
class PairedFigure:
    """The values of both trees, pair by pair; `notes` lists differences in the work of the trees."""

    name: str
    unit: str
    base: Sequence[float]
    new: Sequence[float]
    higher_is_better: bool
    notes: Sequence[str] = field(default=())

    @property
    def ratio(self) -> float:
        """The ratio of the medians, new to base."""
        return median(self.new) / median(self.base)

    def __str__(self) -> str:
        ratios = [new / base for base, new in zip(self.base, self.new, strict=True)]
        better = "higher" if self.higher_is_better else "lower"
        line = (
            f"{self.name:36} {median(self.base):>10,.1f} {median(self.new):>10,.1f} {self.unit:15} {self.ratio:6.3f}"
            f"   ({min(ratios):.3f} .. {max(ratios):.3f})   {better} is better"
        )
        return "\n".join((line, *(f"  note: {note}" for note in self.notes)))


@dataclass(frozen=True)
class Comparison:
    """Two source trees, the number of pairs and an empty folder for input files and stores."""

    base: SourceTree
    new: SourceTree
    pairs: int
    folder: Path

    def ingest(self) -> Iterator[PairedFigure]:
        """Compare the beacons per CPU second of `pendo-emulator serve` under load."""
        requests, corpus = list(generate()), self.folder / "corpus.lua"
        write_lua(requests, corpus)

        def rate(side: int, pair: int) -> float:
            with run_server(self._server(side, pair), requests[0]) as server:
                send_load(server.port, corpus, WARM_UP_SECONDS)
                measurement = measure_under_load(server, corpus, LOAD_SECONDS)
            return measurement.load.requests / measurement.cpu_seconds

        base, new = self._measure(rate)
        yield PairedFigure("ingest", "beacons/CPU-s", base, new, higher_is_better=True)

    def check(self) -> Iterator[PairedFigure]:
        """Compare the requests per CPU second of `pendo-emulator check` on captured requests."""
        captures = sorted((FIXTURES / "captures").glob("*.ndjson"))
        lines = (line for file in captures for line in file.read_text("utf-8").splitlines())
        file = self._write_lines("captures.ndjson", islice(cycle(list(lines)), CHECKED_REQUESTS))
        yield self._compare_rates("check", "requests", CHECKED_REQUESTS, ["pendo-emulator", "check", file])

    def send(self) -> Iterator[PairedFigure]:
        """Compare the events per CPU second of `pendo-destination send --dry-run` on a day of events, repeated."""
        lines = (FIXTURES / "segment/day.ndjson").read_text("utf-8").splitlines() * SENT_DAYS
        file = self._write_lines("days.ndjson", lines)
        command = ["pendo-destination", "send", "--dry-run", "--api-key", "bench", "--validation", "browser", file]
        yield self._compare_rates("send --dry-run", "events", len(lines), command)

    def start(self) -> Iterator[PairedFigure]:
        """Compare the first response of `serve` in milliseconds, and the CPU milliseconds of two helps and a check."""
        (probe,) = generate(1)

        def first_response(side: int, pair: int) -> float:
            with run_server(self._server(side, pair), probe) as server:
                return server.first_response

        base, new = self._measure(first_response)
        yield PairedFigure("start, serve: first response", "ms", base, new, higher_is_better=False)
        har = str(FIXTURES / "captures/region-us.har")
        for name, words in {
            "pendo-emulator serve --help": ["pendo-emulator", "serve", "--help"],
            "pendo-destination send --help": ["pendo-destination", "send", "--help"],
            "pendo-emulator check of a HAR file": ["pendo-emulator", "check", har],
        }.items():
            base, new = self._measure(partial(self._cpu_milliseconds, words))
            yield PairedFigure(f"start, {name}", "CPU-ms", base, new, higher_is_better=False)

    @property
    def _trees(self) -> tuple[SourceTree, SourceTree]:
        return self.base, self.new

    def _measure(self, measure: Callable[[int, int], float]) -> tuple[list[float], list[float]]:
        """Call `measure` with the side (0: base, 1: new) and the pair; every second pair starts with the new tree."""
        values: tuple[list[float], list[float]] = ([], [])
        for pair in range(self.pairs):
            for side in (0, 1) if pair % 2 == 0 else (1, 0):
                values[side].append(measure(side, pair))
        return values

    def _compare_rates(self, name: str, what: str, count: int, words: list[str]) -> PairedFigure:
        results: tuple[list[CommandResult], list[CommandResult]] = ([], [])

        def rate(side: int, pair: int) -> float:
            results[side].append(self._run(words, side, pair))
            return count / results[side][-1].cpu_seconds

        base, new = self._measure(rate)
        notes = tuple(_differences(results[0][0], results[1][0]))
        return PairedFigure(name, f"{what}/CPU-s", base, new, higher_is_better=True, notes=notes)

    def _cpu_milliseconds(self, words: list[str], side: int, pair: int) -> float:
        return self._run(words, side, pair).cpu_seconds * 1000

    def _run(self, words: list[str], side: int, pair: int) -> CommandResult:
        tree = self._trees[side]
        script, *arguments = words
        command = pinned(MEASURED_CORE, *tree.command(script), *arguments)
        return run_command(command, _environment() | tree.environment | _hash_seed(pair), self.folder)

    def _server(self, side: int, pair: int) -> ServerDescription:
        tree = self._trees[side]
        command = " ".join((*tree.command("pendo-emulator"), *OURS.command.split()[1:]))
        environment = tree.environment | _hash_seed(pair) | {"PENDO_EMULATOR_CA_DIR": str(self.folder / "ca")}
        return ServerDescription(tree.name, command, OURS.count_url, OURS.read_count, environment=environment)

    def _write_lines(self, name: str, lines: Iterator[str] | list[str]) -> str:
        file = self.folder / name
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return str(file)


@dataclass(frozen=True)
class CommandResult:
    """The CPU time, exit code and last line of output of a command."""

    cpu_seconds: float
    exit_code: int
    last_line: str


def run_command(command: list[str], environment: dict[str, str], folder: Path) -> CommandResult:
    """Run a command and measure its user and system time; raise CalledProcessError if it ends with a traceback."""
    output_file = folder / "output"
    with output_file.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd=folder
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    text = output_file.read_text("utf-8", "replace")
    if process.returncode < 0 or "Traceback (most recent call last)" in text:
        sys.stderr.write(text)
        raise subprocess.CalledProcessError(process.returncode, command)
    lines = text.strip().splitlines() or [""]
    return CommandResult(usage.ru_utime + usage.ru_stime, process.returncode, lines[-1].strip())


def _hash_seed(pair: int) -> dict[str, str]:
    """Return the variable that gives both sides of a pair the same hash seed, which affects speed by some percent."""
    return {"PYTHONHASHSEED": str(pair + 1)}


def _environment() -> dict[str, str]:
    """Return this process's environment without settings for the project's commands."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PENDO_")}


def _differences(base: CommandResult, new: CommandResult) -> Iterator[str]:
    if base.exit_code != new.exit_code:
        yield f"the exit codes differ: base {base.exit_code}, new {new.exit_code}"
    if base.last_line != new.last_line:
        yield f"the last lines of output differ: base {base.last_line!r}, new {new.last_line!r}"


MEASUREMENTS: Final[dict[str, Callable[[Comparison], Iterator[PairedFigure]]]] = {
    "ingest": Comparison.ingest,
    "check": Comparison.check,
    "send": Comparison.send,
    "start": Comparison.start,
}

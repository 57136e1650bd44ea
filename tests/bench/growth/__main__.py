"""Measures how the cost of commands grows with requests, keys, visitors and subscriptions, and draws a plot of each.

Each point is the least CPU time of some runs, without the time of an empty run. A straight line through 0 is a cost in
proportion to the size. Without a network.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.bench.figures import print_line
from tests.bench.growth.svg_plot import Plot
from tests.bench.revisions.measurements import run_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = Path(__file__).parents[3]
BIN: Final = Path(sys.executable).parent
SIZES: Final = (0, 1_000, 2_000, 4_000, 8_000)
VISITORS: Final = (0, 250, 500, 1_000, 2_000)
KEYS: Final = (1, 10, 100, 500, 1_000)
SUBSCRIPTIONS: Final = (1, 10, 20, 30, 50)
EVENTS: Final = 2_000
START: Final = 1_790_000_000
_KEY_IN_PATH: Final = re.compile(r'(/data/ptm\.gif/)[^?"]+')
SEND: Final = ("pendo-destination", "send", "--dry-run", "--api-key", "bench", "--validation", "browser")


@dataclass(frozen=True)
class Growth:
    """Runs a command for inputs of several sizes; `folder` is for the inputs."""

    folder: Path
    runs: int

    def cpu_seconds(self, *words: str) -> float:
        """Return the least CPU time of a command."""
        command = [str(BIN / words[0]), *words[1:]]
        return min(run_command(command, dict(os.environ), self.folder).cpu_seconds for _ in range(self.runs))

    def requests(self) -> Plot:
        """Measure `check` with more requests; the size of the file grows in proportion."""
        points = [(size, self._check(captured_requests(size))) for size in SIZES]
        return Plot("check: requests", "requests in the file", "CPU seconds", above_first(points))

    def keys(self) -> Plot:
        """Measure `check` with 4,000 requests of more API keys."""
        points = [(keys, self._check(captured_requests(4_000, keys))) for keys in KEYS]
        return Plot("check: API keys of 4,000 requests", "API keys", "CPU seconds", points)

    def visitors(self) -> Plot:
        """Measure `send` with more visitors of five events each."""
        points = [(count, self._send(visits(count, 5))) for count in VISITORS]
        return Plot("send: visitors with 5 events each", "visitors", "CPU seconds", above_first(points))

    def subscriptions(self) -> Plot:
        """Measure `send` with more subscriptions that no event matches."""
        points = []
        for count in SUBSCRIPTIONS:
            settings = {"apiKey": "bench", "subscriptions": [subscription(number) for number in range(count)]}
            (self.folder / "settings.json").write_text(json.dumps(settings), "utf-8")
            points.append((count, self._send(visits(EVENTS // 5, 5), "--settings", "settings.json")))
        return Plot("send: subscriptions of 2,000 events", "subscriptions", "CPU seconds", points)

    def _check(self, lines: Iterator[str]) -> float:
        self._write("requests.ndjson", lines)
        return self.cpu_seconds("pendo-emulator", "check", "requests.ndjson")

    def _send(self, lines: Iterator[str], *options: str) -> float:
        self._write("events.ndjson", lines)
        return self.cpu_seconds(*SEND, *options, "events.ndjson")

    def _write(self, name: str, lines: Iterator[str]) -> None:
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")


MEASUREMENTS: Final[dict[str, Callable[[Growth], Plot]]] = {
    "requests": Growth.requests,
    "keys": Growth.keys,
    "visitors": Growth.visitors,
    "subscriptions": Growth.subscriptions,
}


def above_first(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points without the first value, which is the cost of the start."""
    return [(size, max(0.0, value - points[0][1])) for size, value in points]


def captured_requests(count: int, keys: int = 1) -> Iterator[str]:
    """Repeat captured requests, in turn with one of several API keys."""
    files = sorted((ROOT / "fixtures/captures").glob("*.ndjson"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines() if "/data/ptm.gif/" in line]
    for number, line in enumerate(islice(cycle(lines), count)):
        yield _KEY_IN_PATH.sub(rf"\g<1>key-{number % keys}", line, count=1)


def visits(visitors: int, events: int) -> Iterator[str]:
    """Generate track events of visitors who come one after another."""
    page = {"page": {"url": "https://app.example/reports"}}
    for visitor in range(visitors):
        for number in range(events):
            moment = datetime.fromtimestamp(START + visitor * 30 + number, UTC).isoformat()
            yield json.dumps(
                {
                    "type": "track",
                    "event": f"Step {number}",
                    "anonymousId": f"visitor-{visitor}",
                    "properties": {"plan": "pro", "seats": 5},
                    "context": page,
                    "timestamp": moment,
                }
            )


def subscription(number: int) -> dict[str, object]:
    """Return a subscription that matches no event of `visits`."""
    return {
        "partnerAction": "track",
        "name": f"Plan {number}",
        "enabled": True,
        "subscribe": f'type = "track" and properties.plan = "plan-{number}"',
        "mapping": {"event": {"@path": "$.event"}},
    }


def main() -> None:
    """Measure, print the points, and write a plot for each measurement."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each point is measured")
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="a measurement to run; may be repeated")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs/images", help="where to write the plots")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        growth = Growth(Path(folder), options.runs)
        for name in options.only or MEASUREMENTS:
            plot = MEASUREMENTS[name](growth)
            print_line(f"{plot.title:40} " + "  ".join(f"{size:,.0f}: {value:.2f}" for size, value in plot.points))
            options.folder.mkdir(parents=True, exist_ok=True)
            (options.folder / f"growth-{name}.svg").write_text(plot.svg(), "utf-8")


if __name__ == "__main__":
    main()

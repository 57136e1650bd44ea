"""Measures events per CPU second of our destination, compared with Segment's own code on Node."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.javascript.json import stringify
from pendo_destination.samples import generate_day
from tests.bench.figures import Figure, measure_pairs, publish
from tests.bench.measured_process import MEASURED_CORE, pinned

FOLDER = Path(__file__).parent
ROOT = Path(__file__).parents[3]
# The last form has the checks of `send`, which Segment's code does not make.
FORMS = ("parsed", "NDJSON", "checked NDJSON")


class Comparison:
    """Measures both programs on the same events and presets; `matches` collects their numbers of matched events."""

    def __init__(self, events: Path, presets: Path, modules: Path) -> None:
        self._events, self._presets, self._modules = str(events), str(presets), modules
        self.matches: set[int] = set()

    def measure(self, form: str, pairs: int) -> list[Figure]:
        """Measure both programs alternately, with events in one format."""
        ours = [sys.executable, "-m", "tests.bench.destination.our_presets", self._events, form]
        their_form = form.removeprefix("checked ")
        theirs = ["node", str(FOLDER / "segment_presets.cjs"), self._events, self._presets, their_form]
        return measure_pairs(
            f"destination, presets, {form}",
            "events/CPU-s",
            lambda: self._events_per_second(ours),
            lambda: self._events_per_second(theirs),
            "Segment's code, Node",
            pairs,
        )

    def _events_per_second(self, command: list[str]) -> float:
        environment = os.environ | {"NODE_PATH": str(self._modules)}
        command = pinned(MEASURED_CORE, *command)
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment, cwd=ROOT)
        result = json.loads(done.stdout)
        self.matches.add(result["matched"])
        rate: float = result["events"] / result["seconds"]
        return rate


def write_events(file: Path, source: Path | None, count: int) -> None:
    """Write the events of an .ndjson or .ndjson.gz file, or `count` generated ones, as NDJSON."""
    if source:
        raw = source.read_bytes()
        file.write_bytes(gzip.decompress(raw) if source.suffix == ".gz" else raw)
    else:
        file.write_text("".join(f"{stringify(event)}\n" for event in generate_day(7, count)), "utf-8")


def main() -> None:
    """Measure with parsed events and with NDJSON text; exit with an error if the programs match different events."""
    options = read_options()
    with tempfile.TemporaryDirectory() as folder:
        events, presets = Path(folder, "events.ndjson"), Path(folder, "presets.json")
        write_events(events, options.events, options.count)
        written = [{"subscribe": preset.subscribe, "mapping": preset.mapping} for preset in PENDO_WEB.presets]
        presets.write_text(json.dumps(written), "utf-8")
        comparison = Comparison(events.resolve(), presets.resolve(), options.modules.resolve())
        figures = [figure for form in FORMS for figure in comparison.measure(form, options.pairs)]
    if len(comparison.matches) != 1:
        sys.exit(f"the two programs matched different numbers of events: {sorted(comparison.matches)}")
    publish(figures, options.json)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.destination", description=__doc__)
    parser.add_argument("modules", type=Path, help="a node_modules folder with Segment's packages")
    parser.add_argument("--events", type=Path, help="an NDJSON file of events, .gz or not, instead of generated ones")
    parser.add_argument("--count", type=int, default=100_000, help="how many events to generate")
    parser.add_argument("--pairs", type=int, default=5, help="how many times to measure both programs")
    parser.add_argument("--json", type=Path, default=Path("run/bench-destination.json"), help="where to write figures")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""The destination's part of `make bench`: events per second on one core, against Segment's own code under Node."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from figure import Figure, measure_pairs, publish

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.javascript.json import stringify
from pendo_destination.samples import generate

HERE = Path(__file__).parent
EVENTS = 100_000


def write_events(file: Path, given: Path | None) -> None:
    """Write the events as NDJSON: those given (.ndjson or .ndjson.gz), or generated ones."""
    if given:
        raw = given.read_bytes()
        file.write_bytes(gzip.decompress(raw) if given.suffix == ".gz" else raw)
    else:
        file.write_text("".join(f"{stringify(event)}\n" for event in generate(7, EVENTS)), "utf-8")


def run(command: list[str], modules: Path) -> float:
    """Run one side and return its events per second; both must have matched the same number."""
    pinned = ["taskset", "--cpu-list", "0", *command]
    environment = os.environ | {"NODE_PATH": str(modules)}
    done = subprocess.run(pinned, stdout=subprocess.PIPE, check=True, env=environment)
    answer = json.loads(done.stdout)
    MATCHED.add(answer["matched"])
    rate: float = answer["events"] / answer["seconds"]
    return rate


MATCHED: set[int] = set()


def compare(form: str, events: Path, presets: Path, modules: Path, pairs: int) -> list[Figure]:
    """Measure both sides in turn."""
    ours = [sys.executable, str(HERE / "presets.py"), str(events), form]
    theirs = ["node", str(HERE / "presets.cjs"), str(events), str(presets), form]
    return measure_pairs(
        f"destination, presets, {form}",
        "events/s",
        lambda: run(ours, modules),
        lambda: run(theirs, modules),
        "Segment's code, Node",
        pairs,
    )


def main() -> None:
    """Measure with events already parsed and from NDJSON text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", type=Path, help="a node_modules directory with Segment's packages")
    parser.add_argument("--events", type=Path, help="events as NDJSON, .gz or not; generated ones by default")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path("run/bench-destination.json"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        events, presets = Path(folder, "events.ndjson"), Path(folder, "presets.json")
        write_events(events, options.events)
        written = [{"subscribe": preset.subscribe, "mapping": preset.mapping} for preset in PENDO_WEB.presets]
        presets.write_text(json.dumps(written), "utf-8")
        forms = ("parsed", "NDJSON")
        figures = [one for form in forms for one in compare(form, events, presets, options.modules, options.pairs)]
    if len(MATCHED) != 1:
        sys.exit(f"the two sides did not do the same work: {sorted(MATCHED)} matches")
    publish(figures, options.json)


if __name__ == "__main__":
    main()

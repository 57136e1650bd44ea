"""Checks mutated recordings: wrong types, missing parts, unusual values, truncation, depth.

Reports exceptions, and recordings without traffic to Pendo that do not pass.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pendo_contracts.checking.recording_check import check_recordings
from pendo_contracts.recordings import RecordingError
from pendo_contracts.report import as_json, as_text
from tests.stress.recordings.mutations import mutate, seed_recordings

SHOWN: Final = 12


def main() -> int:
    """Check the given number of recordings, or the one with the given number; return 1 if there are errors."""
    options = read_options()
    started, errors = time.monotonic(), 0
    numbers = range(options.count) if options.number is None else [options.number]
    seeds = seed_recordings()
    with TemporaryDirectory() as folder:
        for number in numbers:
            content, concerns_pendo = mutate(seeds, options.seed, number)
            if problem := check(Path(folder) / "recording", content, concerns_pendo=concerns_pendo):
                errors += 1
                sys.stdout.write(f"--seed {options.seed} --number {number}: {problem}\n")
    seconds = time.monotonic() - started
    sys.stdout.write(f"seed {options.seed}: {len(numbers):,} recordings in {seconds:.0f} s: {errors:,} errors\n")
    return min(errors, 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.recordings", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="how many recordings to check")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same recordings")
    parser.add_argument("--number", type=int, help="check only the recording with this number")
    return parser.parse_args()


def check(file: Path, content: bytes, *, concerns_pendo: bool) -> str:
    """Return the error in the result for a recording, or "" if there is none."""
    file.write_bytes(content)
    try:
        report = check_recordings([file])
        text = as_text(report)
        as_json(report).encode()
    except RecordingError as error:
        return "" if str(error).isprintable() else f"unprintable message: {error!r}"
    except Exception:  # noqa: BLE001 - this program searches exceptions of every kind
        return "\n".join(traceback.format_exc().splitlines()[-SHOWN:])
    if not text.replace("\n", "").isprintable():
        return "the report has control characters"
    return "" if report.good or concerns_pendo else "broken, although nothing concerns Pendo"


if __name__ == "__main__":
    sys.exit(main())

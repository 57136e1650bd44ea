"""Makes capsules of random recordings, and of the sessions in fixtures/rules.

Each capsule must show the same findings and causes as its recording; those of random recordings must contain no
personal data.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import time
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.recordings import RecordingError
from pendo_emulator.capsule.capsule import NotReproducedError, make_capsule, read_capsule
from tests.emulator.capsule.leak_search import found_values
from tests.emulator.capsule.random_sessions import random_recording

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN: Final = 12
SESSIONS: Final = Path(__file__).parents[2] / "fixtures/rules/sessions.ndjson.xz"


def main() -> int:
    """Make the given number of capsules, or the one with the given number; return 1 if one is wrong."""
    options = read_options()
    started, errors = time.monotonic(), 0
    numbers = range(options.count) if options.number is None else [options.number]
    with TemporaryDirectory() as folder:
        for number in numbers:
            if problem := check(Path(folder), options.seed * 1_000_000 + number):
                errors += 1
                sys.stdout.write(f"--seed {options.seed} --number {number}: {problem}\n")
        for name, content in rule_sessions() if options.number is None else ():
            if problem := check_recording(Path(folder) / "session.ndjson", content, (), 0):
                errors += 1
                sys.stdout.write(f"{name}: {problem}\n")
    seconds = time.monotonic() - started
    sys.stdout.write(f"seed {options.seed}: {len(numbers):,} capsules in {seconds:.0f} s: {errors:,} errors\n")
    return min(errors, 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.capsules", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="how many capsules to make")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same recordings")
    parser.add_argument("--number", type=int, help="make only the capsule with this number")
    return parser.parse_args()


def rule_sessions() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the text of each session of the fixtures of rules."""
    with lzma.open(SESSIONS, "rt", encoding="utf-8") as lines:
        for session in map(json.loads, lines):
            yield session["name"], "\n".join(map(json.dumps, session["requests"])).encode()


def check(folder: Path, seed: int) -> str:
    """Return what is wrong with the capsule of a recording, or "" if nothing is."""
    name, content, values = random_recording(seed)
    return check_recording(folder / name, content, values, seed)


def check_recording(file: Path, content: bytes, values: Any, seed: int) -> str:
    """Return what is wrong with the capsule of a recording with these personal values, or ""."""
    file.write_bytes(content)
    capsule = file.with_suffix(".zip")
    try:
        data = make_capsule(file, f"key of capsule {seed:030}".encode())
        capsule.write_bytes(data)
        changes = read_capsule(capsule).changes()
    except NotReproducedError as error:
        return "\n  ".join(("shows something else", *error.found[:SHOWN]))
    except RecordingError as error:
        return f"refused: {error}"
    except Exception:  # noqa: BLE001 - this program searches exceptions of every kind
        return "\n".join(traceback.format_exc().splitlines()[-SHOWN:])
    if changes:
        return f"is not reproduced: {changes[:SHOWN]}"
    found = found_values(data, values)
    return f"contains {sorted(found)}" if found else ""


if __name__ == "__main__":
    sys.exit(main())

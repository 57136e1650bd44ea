"""Makes the same sequences of calls with the real agent in Chromium and with our agent, and compares the requests."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from pendo_destination.conformance.agent import play
from pendo_emulator.errors import EmulatorError
from pendo_emulator.hosts.agent_from_npm import read_agent
from pendo_emulator.hosts.content_host import stand_in_script
from tests.fidelity.parity.chromium import play_in_chromium
from tests.fidelity.parity.known_differences import KNOWN_FIELDS, UNSUPPORTED_OPTIONS
from tests.fidelity.parity.random_sequences import generate_sequences
from tests.fidelity.parity.request_comparison import compare_requests, field_name
from tests.fidelity.parity.written_sequences import SEQUENCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pendo_destination.conformance.agent import Case
    from pendo_destination.javascript.difference import Difference
    from tests.fidelity.parity.chromium import Pages

SHOWN_CHARACTERS = 700
SUBJECTS: dict[str, Callable[[Sequence[Case]], list[Pages]]] = {
    "agent": lambda cases: [play(case) for case in cases],
    "stand-in": lambda cases: play_in_chromium(cases, stand_in_script()),
}


def main() -> int:
    """Play all sequences with both agents and print the differences.

    Returns 1 if there are unknown differences, 2 if the real agent is missing.
    """
    options = read_options()
    try:
        agent = read_agent(options.agent)
    except EmulatorError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    started = time.monotonic()
    sequences = [*SEQUENCES, *generate_sequences(options.seed, options.random)]
    unsupported, known = UNSUPPORTED_OPTIONS[options.subject], KNOWN_FIELDS[options.subject]
    cases = [case for case in sequences if options.only in case["id"] and not uses_any(case, unsupported)]
    expected, actual = play_in_chromium(cases, agent), SUBJECTS[options.subject](cases)
    differences = [list(compare_requests(*played)) for played in zip(cases, expected, actual, strict=True)]
    print_differences(cases, differences, known)
    unknown = sum(any(field_name(difference) not in known for difference in found) for found in differences)
    requests = sum(len(page) for pages in expected for page in pages)
    agree_known = sum(map(bool, differences)) - unknown
    sys.stdout.write(
        f"{options.subject}, seed {options.seed}, {requests} requests of the real agent, "
        f"{time.monotonic() - started:.0f} s, {agree_known} agree except for known differences\n"
        f"{len(cases) - unknown} agree, {unknown} differ\n"
    )
    return min(unknown, 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity.parity", description=__doc__)
    parser.add_argument("--agent", type=Path, required=True, help="a copy of the package @pendo/agent")
    parser.add_argument("--subject", choices=SUBJECTS, default="agent", help="the agent to compare with the real one")
    parser.add_argument("--random", type=int, default=500, help="number of random sequences after the written ones")
    parser.add_argument("--seed", type=int, default=1, help="the same seed generates the same random sequences")
    parser.add_argument("--only", default="", help="play only sequences whose id contains this text")
    return parser.parse_args()


def uses_any(case: Case, options: Iterable[str]) -> bool:
    """Return whether a case mentions any of the options as a key or a value."""
    text = json.dumps(case)
    return any(f'"{option}"' in text for option in options)


def print_differences(
    cases: Sequence[Case], differences: Sequence[Sequence[Difference]], known: Mapping[str, str]
) -> None:
    """Print each field that differs; print unknown ones first, each with the smallest sequence that shows it."""
    by_field: dict[str, list[tuple[Case, Difference]]] = defaultdict(list)
    for case, found in zip(cases, differences, strict=True):
        for name, difference in {field_name(difference): difference for difference in reversed(found)}.items():
            by_field[name].append((case, difference))
    for name, examples in sorted(by_field.items(), key=lambda item: (item[0] in known, -len(item[1]))):
        case, difference = min(examples, key=lambda example: len(json.dumps(example[0])))
        sys.stdout.write(f"{len(examples):4} {name}  {known.get(name, '')}\n")
        if name not in known:
            sys.stdout.write(f"     {json.dumps(case)[:SHOWN_CHARACTERS]}\n     {difference.path}\n")
            sys.stdout.write(f"     real: {str(difference.expected)[:SHOWN_CHARACTERS]}\n")
            sys.stdout.write(f"     ours: {str(difference.got)[:SHOWN_CHARACTERS]}\n")


if __name__ == "__main__":
    sys.exit(main())

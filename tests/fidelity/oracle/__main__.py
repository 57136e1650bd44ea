"""Compares our mapping and trigger code with Segment's own code on random cases.

Prints each difference in the smallest case that still shows it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pendo_destination.conformance import mapping, trigger
from tests.fidelity.oracle.mapping_cases import generate_mapping_cases
from tests.fidelity.oracle.trigger_cases import generate_trigger_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SHOWN = 5

Case = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """A generator of cases, the parts of a case that may be simplified, and the comparison with our code."""

    generate: Callable[[int, int], Iterable[Case]]
    parts: frozenset[str]
    difference: Callable[[Case], object]


SUITES = {
    "mapping": Suite(generate_mapping_cases, frozenset({"mapping", "data"}), mapping.judge),
    "trigger": Suite(generate_trigger_cases, frozenset({"fql", "ast", "event"}), trigger.judge),
}


def ask_segment(name: str, cases: Iterable[Case], modules: Path) -> list[Case]:
    """Return the cases with the answers of Segment's code in a node_modules folder."""
    questions = list(cases)
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    program = Path(__file__).with_name(f"segment_{name}.cjs")
    environment = os.environ | {"NODE_PATH": str(modules), "TZ": "UTC"}
    node = subprocess.run(["node", program], input=lines.encode(), stdout=subprocess.PIPE, check=True, env=environment)
    answers = map(json.loads, node.stdout.splitlines())
    return [question | answer for question, answer in zip(questions, answers, strict=True)]


def simpler_values(value: Any) -> Iterator[Any]:
    """Propose values that are one step simpler: one part alone, one part removed, or one part simplified."""
    if isinstance(value, dict):
        yield from value.values()
        for key, member in value.items():
            yield {other: value[other] for other in value if other != key}
            yield from (value | {key: simpler} for simpler in simpler_values(member))
    elif isinstance(value, (str, list)):
        for size in {len(value) // 2, 1} - {0}:
            yield from (value[:start] + value[start + size :] for start in range(0, len(value), size))
    if isinstance(value, list):
        yield from value
        for index, item in enumerate(value):
            yield from ([*value[:index], simpler, *value[index + 1 :]] for simpler in simpler_values(item))


def shrink(name: str, case: Case, modules: Path) -> Case:
    """Return the smallest case found that still shows a difference."""
    suite = SUITES[name]
    question = {key: case[key] for key in case if key in suite.parts | {"id", "kind"}}
    parts = suite.parts & set(question)
    proposals = [question | {part: simpler} for part in sorted(parts) for simpler in simpler_values(question[part])]
    answered = ask_segment(name, proposals, modules)
    differing = next((proposal for proposal in answered if suite.difference(proposal)), None)
    return shrink(name, differing, modules) if differing else case


def main() -> int:
    """Compare the given number of cases; return 1 if there are differences."""
    options = read_options()
    suite = SUITES[options.suite]
    cases = ask_segment(options.suite, suite.generate(options.seed, options.count), options.modules)
    differing = [case for case in cases if suite.difference(case)]
    for case in differing[:SHOWN]:
        smallest = shrink(options.suite, case, options.modules)
        sys.stdout.write(f"{json.dumps(smallest)}\n  {suite.difference(smallest)}\n")
    sys.stdout.write(
        f"{options.suite}, seed {options.seed}: {options.count - len(differing)} passed, {len(differing)} failed\n"
    )
    return min(len(differing), 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity.oracle", description=__doc__)
    parser.add_argument("suite", choices=SUITES)
    parser.add_argument("modules", type=Path, help="a node_modules folder with Segment's packages")
    parser.add_argument("--seed", type=int, default=1, help="the same seed generates the same cases")
    parser.add_argument("--count", type=int, default=10_000, help="how many cases to generate")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

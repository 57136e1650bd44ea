"""Fresh cases put to Segment's own code and to ours; a difference is shrunk before it is shown."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mapping_cases
import trigger_cases

from pendo_destination.conformance import mapping, trigger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Case = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """What to ask: a generator of cases, the parts of one that make the question, and how we are judged."""

    cases: Callable[[int, int], Iterable[Case]]
    parts: frozenset[str]
    judge: Callable[[Case], object]


SUITES = {
    "mapping": Suite(mapping_cases.cases, frozenset({"mapping", "data"}), mapping.judge),
    "trigger": Suite(trigger_cases.cases, frozenset({"fql", "ast", "event"}), trigger.judge),
}


def answered(name: str, asked: Iterable[Case], modules: Path) -> list[Case]:
    """Complete cases with the answers of Segment's code in a node_modules directory."""
    questions = list(asked)
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    program = Path(__file__).with_name(f"{name}.cjs")
    environment = os.environ | {"NODE_PATH": str(modules), "TZ": "UTC"}
    node = subprocess.run(["node", program], input=lines.encode(), stdout=subprocess.PIPE, check=True, env=environment)
    answers = map(json.loads, node.stdout.splitlines())
    return [question | answer for question, answer in zip(questions, answers, strict=True)]


def smaller(value: Any) -> Iterator[Any]:
    """Propose values one step simpler: a part in place of the whole, a part left out, a part made simpler."""
    if isinstance(value, dict):
        yield from value.values()
        for key, member in value.items():
            yield {other: value[other] for other in value if other != key}
            yield from (value | {key: simpler} for simpler in smaller(member))
    elif isinstance(value, (str, list)):
        for size in {len(value) // 2, 1} - {0}:
            yield from (value[:start] + value[start + size :] for start in range(0, len(value), size))
    if isinstance(value, list):
        yield from value
        for index, item in enumerate(value):
            yield from ([*value[:index], simpler, *value[index + 1 :]] for simpler in smaller(item))


def shrunk(name: str, case: Case, modules: Path) -> Case:
    """Make a case that differs as small as it can be while it still differs."""
    suite = SUITES[name]
    question = {key: case[key] for key in case if key in suite.parts | {"id", "kind"}}
    parts = suite.parts & set(question)
    proposals = [question | {part: simpler} for part in sorted(parts) for simpler in smaller(question[part])]
    differing = next((simpler for simpler in answered(name, proposals, modules) if suite.judge(simpler)), None)
    return shrunk(name, differing, modules) if differing else case


def main() -> int:
    """Put so many fresh cases to both and show where they part; exit code 1 if they do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", choices=SUITES)
    parser.add_argument("modules", type=Path, help="a node_modules directory with Segment's packages")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    suite = SUITES[options.suite]
    fresh = answered(options.suite, suite.cases(options.seed, options.count), options.modules)
    differing = [case for case in fresh if suite.judge(case)]
    for case in differing[:5]:
        small = shrunk(options.suite, case, options.modules)
        sys.stdout.write(f"{json.dumps(small)}\n  {suite.judge(small)}\n")
    sys.stdout.write(
        f"{options.suite}, seed {options.seed}: {options.count - len(differing)} passed, {len(differing)} failed\n"
    )
    return min(len(differing), 1)


if __name__ == "__main__":
    sys.exit(main())

"""Fresh mapping cases put to Segment's own transform and to ours; a difference is shrunk before it is shown."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapping_cases import cases

from destination.conformance.mapping import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ORACLE = Path(__file__).with_name("mapping.cjs")


def answered(asked: Iterable[dict[str, Any]], modules: str) -> Iterator[dict[str, Any]]:
    """Complete cases with the answers of Segment's code in a node_modules directory."""
    questions = list(asked)
    lines = "\n".join(map(json.dumps, questions))
    environment = {**os.environ, "NODE_PATH": modules, "TZ": "UTC"}
    node = subprocess.run(["node", ORACLE], input=lines.encode(), stdout=subprocess.PIPE, check=True, env=environment)
    answers = map(json.loads, node.stdout.splitlines())
    return (question | answer for question, answer in zip(questions, answers, strict=True))


def smaller(value: Any) -> Iterator[Any]:
    """Propose values one step simpler: a part in place of the whole, a part left out, a part made simpler."""
    if isinstance(value, dict):
        yield from value.values()
        for key, member in value.items():
            yield {other: value[other] for other in value if other != key}
            yield from (value | {key: simpler} for simpler in smaller(member))
    elif isinstance(value, list):
        yield from value
        for index, item in enumerate(value):
            yield [*value[:index], *value[index + 1 :]]
            yield from ([*value[:index], simpler, *value[index + 1 :]] for simpler in smaller(item))
    elif isinstance(value, str) and value:
        yield from (value[: len(value) // 2], value[1:], value[:-1])


def shrunk(case: dict[str, Any], modules: str) -> dict[str, Any]:
    """Make a case that differs as small as it can be while it still differs."""
    asked = {part: case[part] for part in ("id", "mapping", "data")}
    proposals = ({**asked, part: simpler} for part in ("mapping", "data") for simpler in smaller(case[part]))
    differing = next((simpler for simpler in answered(proposals, modules) if judge(simpler)), None)
    return shrunk(differing, modules) if differing else case


def main() -> int:
    """Put so many fresh cases to both and show where they part; exit code 1 if they do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", help="a node_modules directory with @segment/actions-core and liquidjs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    fresh = answered(cases(options.seed, options.count), options.modules)
    found = [shrunk(case, options.modules) for case in fresh if judge(case)]
    for case in found:
        sys.stdout.write(f"{json.dumps(case)}\n  {judge(case)}\n")
    sys.stdout.write(f"{options.count} mapping cases, {len(found)} answered otherwise than by Segment\n")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())

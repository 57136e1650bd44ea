"""Fresh trigger cases put to Segment's own code and to ours; a difference is shrunk before it is shown."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trigger_cases import cases

from destination.conformance.trigger import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ORACLE = Path(__file__).with_name("trigger.cjs")
QUESTION = {"parse": ("fql",), "eval": ("fql", "event"), "eval_ast": ("ast", "event"), "generate": ("ast",)}


def answered(asked: Iterable[dict[str, Any]], modules: str) -> list[dict[str, Any]]:
    """Complete cases with the answers of Segment's code in a node_modules directory."""
    lines = "\n".join(json.dumps(case) for case in asked)
    environment = {**os.environ, "NODE_PATH": modules}
    node = subprocess.run(["node", ORACLE], input=lines.encode(), stdout=subprocess.PIPE, check=True, env=environment)
    return [json.loads(line) for line in node.stdout.splitlines()]


def smaller(value: Any) -> Iterator[Any]:
    """Propose values one step simpler: a part left out, or one part made simpler."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield {other: value[other] for other in value if other != key}
            yield from ({**value, key: simpler} for simpler in smaller(member))
    if isinstance(value, (str, list)):
        for size in {len(value), len(value) // 2, 1} - {0}:
            yield from (value[:start] + value[start + size :] for start in range(0, len(value), size))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from ([*value[:index], simpler, *value[index + 1 :]] for simpler in smaller(item))


def shrunk(case: dict[str, Any], modules: str) -> dict[str, Any]:
    """Make a case that differs as small as it can be while it still differs."""
    parts = QUESTION[case["kind"]]
    asked = {key: case[key] for key in ("id", "kind", *parts)}
    proposals = [{**asked, part: simpler} for part in parts for simpler in smaller(asked[part])]
    differing = next((simpler for simpler in answered(proposals, modules) if judge(simpler)), None)
    return shrunk(differing, modules) if differing else case


def main() -> int:
    """Put so many fresh cases to both and show where they part; exit code 1 if they do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", help="a node_modules directory with @segment/destination-subscriptions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    fresh = answered(cases(options.seed, options.count), options.modules)
    found = [shrunk(case, options.modules) for case in fresh if judge(case)]
    for case in found:
        sys.stdout.write(f"{json.dumps(case)}\n  {judge(case)}\n")
    sys.stdout.write(f"{options.count} trigger cases, {len(found)} answered otherwise than by Segment\n")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())

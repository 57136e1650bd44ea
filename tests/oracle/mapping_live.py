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

from destination.conformance.mapping import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ORACLE = Path(__file__).with_name("mapping.cjs")


class Oracle:
    """Segment's transform in a Node process; `modules` is the node_modules directory that holds it."""

    def __init__(self, modules: str) -> None:
        environment = {**os.environ, "TZ": "UTC", "NODE_PATH": modules}
        self.node = subprocess.Popen(
            ["node", str(ORACLE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    def answer(self, case: dict[str, Any]) -> dict[str, Any]:
        """Complete a case with Segment's output or error."""
        self.node.stdin.write(json.dumps(case).encode() + b"\n")
        self.node.stdin.flush()
        return {**case, **json.loads(self.node.stdout.readline())}


def smaller(value: Any) -> Iterator[Any]:
    """Propose values one step simpler: a part left out, a part in place of the whole, a part made simpler."""
    if isinstance(value, dict):
        yield from value.values()
        for key, member in value.items():
            rest = {other: value[other] for other in value if other != key}
            yield rest
            yield from ({**rest, key: simpler} for simpler in smaller(member))
    elif isinstance(value, list):
        yield from value
        for index, item in enumerate(value):
            yield value[:index] + value[index + 1 :]
            yield from (value[:index] + [simpler] + value[index + 1 :] for simpler in smaller(item))
    elif isinstance(value, str) and value:
        yield value[: len(value) // 2]
        yield value[1:]
        yield value[:-1]


def shrunk(case: dict[str, Any], oracle: Oracle) -> dict[str, Any]:
    """Make a case that differs as small as it can be while it still differs."""
    for part in ("mapping", "data"):
        for simpler in smaller(case[part]):
            candidate = oracle.answer(
                {"id": case["id"], "mapping": case["mapping"], "data": case["data"], part: simpler}
            )
            if run(candidate):
                return shrunk(candidate, oracle)
    return case


def differing(fresh: Iterable[dict[str, Any]], oracle: Oracle) -> Iterator[dict[str, Any]]:
    """Yield the cases, shrunk, that Segment's transform answers otherwise than ours."""
    for case in fresh:
        answered = oracle.answer(case)
        if run(answered):
            yield shrunk(answered, oracle)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", help="a node_modules directory with @segment/actions-core")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    found = list(differing(cases(options.seed, options.count), Oracle(options.modules)))
    for case in found:
        print(json.dumps(case), *run(case), sep="\n  ")
    print(f"{options.count} mapping cases, {len(found)} answered otherwise than by Segment")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())

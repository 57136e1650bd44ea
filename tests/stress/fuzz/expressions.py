"""Compiles generated expressions and evaluates them for generated rows.

Reports exceptions other than ExpressionError, columns out of range, values that are not JSON, printed trees that are
parsed in another way, filters that disagree with the values, and expressions that take more than a second of CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pool
from typing import Final

from pendo_emulator.engage.pipeline.expressions import (
    App,
    ExpressionContext,
    ExpressionError,
    compile_condition,
    compile_expression,
    compile_filter,
    parse_expression,
    print_expression,
)
from tests.stress.fuzz.expression_generator import generate_expression, generate_rows

BATCH: Final = 2_500
MAX_SECONDS: Final = 1.0
SHOWN: Final = 300
CONTEXT: Final = ExpressionContext(1796046310250, apps=(App(-323232), App(12, "ios")))


@dataclass
class Result:
    """What a batch found; `errors` has the number of an expression and what is wrong."""

    kept: int = 0
    refused: int = 0
    longest: float = 0.0
    errors: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Add the result of another batch."""
        self.kept += other.kept
        self.refused += other.refused
        self.longest = max(self.longest, other.longest)
        self.errors += other.errors


def run_batch(seed: int, numbers: range) -> Result:
    """Try the expressions with these numbers."""
    result = Result()
    for number in numbers:
        text, rows = generate_expression(seed, number), generate_rows(seed, number)
        started = time.process_time()
        try:
            function = compile_expression(text, CONTEXT)
            values = [function(row) for row in rows]
            result.kept += 1
        except ExpressionError as error:
            result.refused += 1
            if not 1 <= error.column <= len(text) + 1 or not error.message:
                result.errors.append((number, f"column {error.column} of {len(text)}: {error.message}"))
            continue
        except Exception:  # noqa: BLE001 - any other exception is a finding
            result.errors.append((number, traceback.format_exc(limit=-3)))
            continue
        finally:
            seconds = time.process_time() - started
            result.longest = max(result.longest, seconds)
            if seconds > MAX_SECONDS:
                result.errors.append((number, f"took {seconds:.1f} s"))
        result.errors += ((number, error) for error in check_laws(text, rows, values))
    return result


def check_laws(text: str, rows: list, values: list) -> list[str]:
    """Return which laws an expression breaks."""
    tree, errors = parse_expression(text), []
    condition = compile_condition(text, CONTEXT)
    conditions, kept = [condition(row) for row in rows], list(compile_filter(text, CONTEXT)(rows))
    if parse_expression(print_expression(tree)) != tree:
        errors.append(f"printed as {print_expression(tree)[:SHOWN]}")
    if conditions != [value is True for value in values] or kept != [
        row for row, value in zip(rows, values, strict=True) if value is True
    ]:
        errors.append("the condition or the filter disagrees with the value")
    try:
        json.dumps(values, allow_nan=False)
    except ValueError as error:
        errors.append(f"the value is not JSON: {error}")
    return errors


def main() -> int:
    """Try the given number of expressions; return 1 if there are errors."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.fuzz.expressions", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="how many expressions to generate")
    parser.add_argument("--seed", type=int, default=1, help="the same seed generates the same expressions")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    started, result = time.monotonic(), Result()
    batches = [range(start, min(start + BATCH, options.count)) for start in range(0, options.count, BATCH)]
    with Pool(options.processes) as pool:
        for part in pool.imap_unordered(partial(run_batch, options.seed), batches):
            result.add(part)
    for number, error in sorted(result.errors)[:20]:
        text = generate_expression(options.seed, number)[:SHOWN]
        sys.stdout.write(f"expression {number}: {text!r}\n{error}\n")
    kinds = Counter(error.strip().rpartition("\n")[2].partition(":")[0] for _, error in result.errors)
    sys.stdout.write(
        f"seed {options.seed}: {options.count:,} expressions in {time.monotonic() - started:.0f} s: {result.kept:,} "
        f"compiled, {result.refused:,} refused with a column, {len(result.errors):,} errors {dict(kinds) or ''}; the "
        f"longest took {result.longest * 1000:.0f} ms of CPU time\n"
    )
    return min(len(result.errors), 1)


if __name__ == "__main__":
    sys.exit(main())

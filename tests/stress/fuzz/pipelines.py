"""Reads generated request documents and runs them on generated rows.

Reports exceptions other than PipelineError, errors without a place or a message, answers that are not JSON, changed
source rows, and documents that take more than a second of CPU time.
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
from typing import Any, Final

from pendo_emulator.engage.pipeline import ExpressionContext, Limits, PipelineError, read_request, run_request
from tests.stress.fuzz.expression_generator import generate_rows
from tests.stress.fuzz.pipeline_generator import generate_document

BATCH: Final = 1_000
MAX_SECONDS: Final = 1.0
SHOWN: Final = 500
CONTEXT: Final = ExpressionContext(1795983826144)
LIMITS: Final = Limits(rows=50_000, memory=64 * 1024 * 1024)
SEGMENTS: Final = [{"id": "s-1", "visitors": ["v-1"]}, {}]
ROW: Final = {"visitorId": "v-1", "accountId": "a-1", "numEvents": 3, "n": 2, "items": [1, "a", None, {"a": [1]}]}
TEXTS: Final = ("[1, 2]", '{"a": 1}', "[" * 500 + "]" * 500, "[" * 100_000, "{", "", None)


@dataclass
class Result:
    """What a batch found; `errors` has the number of a document and what is wrong."""

    answered: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    errors: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Add the result of another batch."""
        self.answered += other.answered
        self.refused += other.refused
        self.longest = max(self.longest, other.longest)
        self.errors += other.errors


def run_batch(seed: int, numbers: range) -> Result:
    """Try the documents with these numbers."""
    result = Result()
    for number in numbers:
        document, rows = generate_document(seed, number), make_rows(seed, number)
        before = repr(rows)
        sources = dict.fromkeys(("events", "visitors", "accounts", "features"), lambda _, rows=rows: rows)
        sources["segments"] = lambda _: SEGMENTS
        started = time.process_time()
        try:
            request = read_request(document, CONTEXT, limits=LIMITS)
            answer = run_request(request, sources, limits=LIMITS).document()
            result.answered += 1
        except PipelineError as error:
            result.refused[error.kind] += 1
            result.errors += ((number, problem) for problem in check_error(error, document))
            continue
        except Exception:  # noqa: BLE001 - any other exception is a finding
            result.errors.append((number, traceback.format_exc(limit=-4)))
            continue
        finally:
            seconds = time.process_time() - started
            result.longest = max(result.longest, seconds)
            if seconds > MAX_SECONDS:
                result.errors.append((number, f"took {seconds:.1f} s"))
        result.errors += ((number, problem) for problem in check_answer(answer))
        if repr(rows) != before:
            result.errors.append((number, "the rows of the source are changed"))
    return result


def make_rows(seed: int, number: int) -> list[dict[str, Any]]:
    """Return rows with values of all types."""
    texts = [{**ROW, "text": TEXTS[number % len(TEXTS)], "a": number % 3}]
    return [*generate_rows(seed, number), dict(ROW), *texts]


def check_error(error: PipelineError, document: Any) -> list[str]:
    """Return what is wrong with an error: its text, its column, or a place that the document lacks."""
    problems = []
    if not error.message or not str(error).isprintable() or error.status not in {400, 402}:
        problems.append(f"bad error: {error!r}")
    if error.kind == "expression" and not error.column:
        problems.append(f"no column: {error}")
    value = document
    names = [part.replace("~1", "/").replace("~0", "~") for part in error.pointer.split("/")[1:]]
    for name in names:
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            problems.append(f"no such place: {error}")
            break
    return problems


def check_answer(answer: dict[str, Any]) -> list[str]:
    """Return what is wrong with an answer."""
    if not all(isinstance(row, dict) for row in answer["results"]):
        return ["a row is not an object"]
    try:
        json.dumps(answer, allow_nan=False)
    except (ValueError, RecursionError) as error:
        return [f"the answer is not JSON: {error}"]
    return []


def main() -> int:
    """Try the given number of documents; return 1 if there are errors."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.fuzz.pipelines", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="how many documents to generate")
    parser.add_argument("--seed", type=int, default=1, help="the same seed generates the same documents")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    started, result = time.monotonic(), Result()
    batches = [range(start, min(start + BATCH, options.count)) for start in range(0, options.count, BATCH)]
    with Pool(options.processes) as pool:
        for part in pool.imap_unordered(partial(run_batch, options.seed), batches):
            result.add(part)
    for number, error in sorted(result.errors)[:20]:
        shown = ascii(generate_document(options.seed, number))[:SHOWN]
        sys.stdout.write(f"document {number}: {shown}\n{error}\n")
    sys.stdout.write(
        f"seed {options.seed}: {options.count:,} documents in {time.monotonic() - started:.0f} s: {result.answered:,} "
        f"answered, {sum(result.refused.values()):,} refused with a place {dict(result.refused)}, "
        f"{len(result.errors):,} errors; the longest took {result.longest * 1000:.0f} ms of CPU time\n"
    )
    return min(len(result.errors), 1)


if __name__ == "__main__":
    sys.exit(main())

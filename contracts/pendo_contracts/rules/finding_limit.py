"""Bounds the findings of one rule about one request: a request can have thousands of wrong fields."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVarTuple

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pendo_contracts.finding import Finding

MAX_FINDINGS: Final = 100

Problem = TypeVarTuple("Problem")


def limit_findings(
    problems: Iterable[tuple[*Problem]], write: Callable[[*Problem], Finding], limit: int = MAX_FINDINGS
) -> Iterator[Finding]:
    """Yield the findings about the first problems of a request; the last finding has the number of further problems.

    Every problem is read, and `write` is called only for those that are kept, because texts and pointers take time.
    """
    remaining = iter(problems)
    kept = list(islice(remaining, limit))
    further = sum(1 for _ in remaining)
    for problem in kept[:-1]:
        yield write(*problem)
    if kept:
        last = write(*kept[-1])
        yield replace(last, further=further) if further else last

"""Compares the result of a run with what the scenario expects, and lists each difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.keyword_explanations import shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pendo_contracts.scenarios.scenario import Expectation

# Words for numbers that depend on the number of tries.
SOME: Final = "some"
NONE: Final = "none"
# Rules that find tries after a failure: whether the agent tries again depends on the time that a page is open.
TIMED: Final = frozenset({"resent", "events-missing"})


def find_differences(
    expect: Expectation, inspection: Mapping[str, Any], findings: Collection[str], *, exact: bool = True
) -> Iterator[str]:
    """Yield the differences between an expectation, the inspection as JSON, and the names of the rules that found.

    Without `exact` further rules may find something, and rules that depend on the time need not, as in a browser.
    """
    yield from _cause_differences(expect, inspection)
    expected = set(expect.findings) - (set() if exact else TIMED)
    missing = sorted(expected - set(findings))
    further = sorted(set(findings) - expected) if exact else []
    if missing:
        yield f"findings: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    if further:
        yield f"findings: {', '.join(further)} {'is' if len(further) == 1 else 'are'} not expected"
    yield from value_differences("symptom", expect.facts, inspection["facts"])


def _cause_differences(expect: Expectation, inspection: Mapping[str, Any]) -> Iterator[str]:
    causes, possible = inspection["causes"], inspection["possible"]
    if expect.certainty == "possible":
        found = [cause["cause"] for cause in (*causes, *possible) if cause["certainty"] != "proved"]
        if expect.cause not in found:
            yield f"cause: {expect.cause} is not among the possible causes ({', '.join(found) or 'none'})"
        return
    first = causes[0]
    if (first["cause"], first["certainty"]) != (expect.cause, expect.certainty):
        yield f"cause: {first['cause']} ({first['certainty']}), not {expect.cause} ({expect.certainty})"


def value_differences(name: str, expected: Any, value: Any) -> Iterator[str]:
    """Yield the differences of a value: an object has at least the expected members, an array has each item."""
    if isinstance(expected, Mapping) and isinstance(value, Mapping):
        for member, inner in expected.items():
            yield from value_differences(f"{name}/{member}", inner, value.get(member))
    elif isinstance(expected, list) and isinstance(value, list) and expected:
        for item in expected:
            if all(any(value_differences("", item, one)) for one in value):
                yield f"{name}: {shorten(item)} is not in {shorten(value)}"
    elif expected in (SOME, NONE) and (value is None or isinstance(value, int)):
        if bool(value) != (expected == SOME):
            yield f"{name}: {value or 0}, not {expected}"
    elif expected != value:
        yield f"{name}: {shorten(value)}, not {shorten(expected)}"

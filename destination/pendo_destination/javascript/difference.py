"""The differences of two values, member by member, as JavaScript compares them."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.values import is_number, number

if TYPE_CHECKING:
    from collections.abc import Iterator


class Missing(enum.Enum):
    """The type of MISSING: the value has no member of that name, or no element at that index."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that is not as expected.

    `path` is a JSON Pointer into both values. `case` is the id of the test case that the values belong to, if any.
    """

    case: str
    path: str
    expected: Any
    got: Any


def differences(expected: Any, got: Any, *, case: str = "", path: str = "") -> Iterator[Difference]:
    """Yield the differences of two values; 1 equals 1.0 and 0 equals -0, but not 1 and true, or null and missing."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in {**expected, **got}:
            member = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
            yield from differences(expected.get(key, MISSING), got.get(key, MISSING), case=case, path=member)
    elif isinstance(expected, list) and isinstance(got, list):
        for index, (first, second) in enumerate(zip_longest(expected, got, fillvalue=MISSING)):
            yield from differences(first, second, case=case, path=f"{path}/{index}")
    elif not _equal(expected, got):
        yield Difference(case, path, expected, got)


def _equal(expected: Any, got: Any) -> bool:
    if is_number(expected) and is_number(got):
        first, second = number(expected), number(got)
        return first == second or (math.isnan(first) and math.isnan(second))
    if callable(expected) and callable(got):
        return True
    return type(expected) is type(got) and bool(expected == got)

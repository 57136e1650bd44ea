"""Where an answer departs from the expected one, place by place."""

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
    """The type of MISSING: no member of that name, no element at that index."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the answer to a case is not the expected one; `path` is a JSON pointer into both."""

    case: str
    path: str
    expected: Any
    got: Any


def differences(expected: Any, got: Any, *, case: str = "", path: str = "") -> Iterator[Difference]:
    """Compare two values as JavaScript sees them: 1 is 1.0 and 0 is -0, but 1 is not true and null is not missing."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in {**expected, **got}:
            member = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
            yield from differences(expected.get(key, MISSING), got.get(key, MISSING), case=case, path=member)
    elif isinstance(expected, list) and isinstance(got, list):
        for index, (wanted, found) in enumerate(zip_longest(expected, got, fillvalue=MISSING)):
            yield from differences(wanted, found, case=case, path=f"{path}/{index}")
    elif not _same(expected, got):
        yield Difference(case, path, expected, got)


def _same(expected: Any, got: Any) -> bool:
    if is_number(expected) and is_number(got):
        wanted, found = number(expected), number(got)
        return wanted == found or (math.isnan(wanted) and math.isnan(found))
    if callable(expected) and callable(got):
        return True
    return type(expected) is type(got) and bool(expected == got)

"""The numbers of a page's events (`sequence`), as a sorted list of intervals."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def add(intervals: list[list[int]], number: int) -> bool:
    """Add a number; return False if it is there already."""
    if intervals and number > (last := intervals[-1])[1]:
        if number == last[1] + 1:
            last[1] = number
        else:
            intervals.append([number, number])
        return True
    place = bisect_right(intervals, number, key=lambda interval: interval[0])
    before = intervals[place - 1] if place else None
    after = intervals[place] if place < len(intervals) else None
    if before and number <= before[1]:
        return False
    joins_before, joins_after = before and before[1] == number - 1, after and after[0] == number + 1
    if before and after and joins_before and joins_after:
        before[1] = after[1]
        del intervals[place]
    elif before and joins_before:
        before[1] = number
    elif after and joins_after:
        after[0] = number
    else:
        intervals.insert(place, [number, number])
    return True


def add_all(intervals: list[list[int]], first: int, last: int) -> int | None:
    """Add the numbers from `first` to `last`; return the first one that is there already, None if all are new."""
    if not intervals or first > intervals[-1][1] + 1:
        intervals.append([first, last])
        return None
    if first == intervals[-1][1] + 1:
        intervals[-1][1] = last
        return None
    known = [number for number in range(first, last + 1) if not add(intervals, number)]
    return known[0] if known else None


def contains(intervals: list[list[int]], number: int) -> bool:
    """Return whether a number was added."""
    place = bisect_right(intervals, number, key=lambda interval: interval[0])
    return place > 0 and number <= intervals[place - 1][1]


def gaps(intervals: list[list[int]]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each gap between the intervals."""
    for before, after in pairwise(intervals):
        yield before[1] + 1, after[0] - 1

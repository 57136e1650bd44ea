"""Splits a stream of lines into parts, without reading the lines."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from pendo_contracts.recordings.entry import Entry
from pendo_contracts.recordings.parts import LINE_LIMIT, Entries, Lines, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def split_lines(
    stream: IO[bytes], name: str, size: int, done: Callable[[], float], limit: int = LINE_LIMIT
) -> Iterator[Part]:
    """Yield parts of about `size` bytes that end with a line; a line above `limit` bytes is an unreadable entry."""
    number = 1
    # The start of a line whose end was not read yet, and its size.
    pending: list[bytes] = []
    pending_size = 0
    too_long = False
    while block := stream.read(size):
        end = block.rfind(b"\n") + 1
        if too_long:
            start = block.find(b"\n") + 1
            if not start:
                continue
            too_long, number = False, number + 1
            block, end = block[start:], end - start
        if end:
            data = b"".join((*pending, block[:end]))
            yield Lines(name, number, data, done())
            number += data.count(b"\n")
            pending, pending_size = [], 0
        pending.append(block[end:])
        pending_size += len(pending[-1])
        if pending_size > limit:
            problem = f"the line is longer than {limit:,} bytes"
            yield Entries((Entry(f"{name}:{number}", None, problem),), pending_size, done())
            pending, pending_size, too_long = [], 0, True
    if pending_size:
        yield Lines(name, number, b"".join(pending), 1.0)

"""Reads server-sent events from an HTTP response (HTML Living Standard, section 9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import requests

# Bytes: a longer line is not a message of the emulator.
MAX_LINE: Final = 4 * 1024 * 1024

_BLOCK: Final = 64 * 1024


class Message(NamedTuple):
    """One message: the position of the stream after it, and its data; data "" only moves the position."""

    position: str
    data: str


def read_messages(answer: requests.Response) -> Iterator[Message]:
    """Yield the messages of an answer as they arrive."""
    return messages_of(_lines(_blocks(answer)))


def messages_of(lines: Iterable[str]) -> Iterator[Message]:
    """Yield the messages in the lines of a stream; a message without its blank line at the end is dropped."""
    position, data = "", list[str]()
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            yield Message(position, "\n".join(data))
            data = []
        elif name == "id":
            position = value
        elif name == "data":
            data.append(value)


def _blocks(answer: requests.Response) -> Iterator[bytes]:
    read1 = getattr(answer.raw, "read1", None)
    if read1 is None:  # an old urllib3
        yield from answer.iter_content(1)
        return
    while block := read1(_BLOCK):
        yield block


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")
        if len(rest) > MAX_LINE:
            raise OSError("a line of the stream is too long")

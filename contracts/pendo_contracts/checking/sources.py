"""Reads sources one after the other, as steps: the parts of each source, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.parts import PART_SIZE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pendo_contracts.recordings.parts import Part


class Source(Protocol):
    """A recording: its name in reports, whether it must be a recording, its size in bytes, and its parts."""

    @property
    def name(self) -> str:
        """The name in reports."""

    @property
    def required(self) -> bool:
        """Whether it is an error if this is not a recording."""

    @property
    def size(self) -> int:
        """The size in bytes, 0 if it is not known."""

    def parts(self, cnames: Collection[str], size: int) -> Iterator[Part]:
        """Yield parts of about `size` bytes; raise OSError or RecordingError if that is not possible."""


class Step(Struct, frozen=True):
    """One part of a source, or its end: then `part` is None, and `error` says why it could not be read, or is ""."""

    source: Source
    part: Part | None
    error: str = ""


def read_steps(sources: Iterable[Source], cnames: Collection[str], size: int = PART_SIZE) -> Iterator[Step]:
    """Yield the parts of sources in order, and an end after each source."""
    for source in sources:
        error = ""
        try:
            for part in source.parts(cnames, size):
                yield Step(source, part)
        except (OSError, RecordingError) as caught:
            error = str(caught)
        yield Step(source, None, error)
